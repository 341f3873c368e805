//! Sentences that go wrong without a language's list.

use super::marked;

#[track_caller]
fn check(code: &str, text: &str) {
    assert_eq!(marked(code, text), text, "language {code:?}");
}

#[test]
fn titles_end_no_sentence() {
    let cases = [
        ("da", "Det sagde hr. Jensen.| Han gik."),
        ("es", "El Sr. García llegó.| La Dra. Ruiz también."),
        ("fr", "M. Dupont est là.| Mme. Durand aussi."),
        ("it", "Il dott. Rossi è qui.| Anche la prof. Bianchi."),
        ("nl", "Dat zei mevr. Jansen.| Dhr. Bakker zweeg."),
        ("pl", "To prof. Nowak.| Obok stoi ks. Wójcik."),
        ("pt", "O Sr. Silva chegou.| A Dra. Costa saiu."),
        ("sk", "Prišiel doc. Novák.| Potom odišiel."),
        ("uk", "Це проф. Шевченко.| Він тут."),
        ("el", "Ο κ. Παπαδόπουλος ήρθε.| Μετά έφυγε."),
        ("bg", "Това е проф. Иванов.| Той е тук."),
        ("mr", "डॉ. जोशी आले.| ते बसले."),
    ];
    for (code, text) in cases {
        check(code, text);
    }
}

#[test]
fn without_a_language_the_script_chooses_the_lists() {
    check("", "Dr. Smith came.| Это проф. Иванов.| यह डॉ. शर्मा हैं।");
    check("en", "Это проф. Иванов.| He left.");
}

#[test]
fn native_marks_end_sentences() {
    check("", "Πού είναι;| Εδώ είναι.");
    check("", "Ի՞նչ ես մտածում:| Ոչինչ:");
    check("", "እንደምን አለህ፧|መልካም ቀን ይሁንልህ።");
    check("", "کیا حال ہے؟| ٹھیک ہے۔");
}
