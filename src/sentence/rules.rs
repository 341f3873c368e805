//! Owns the decision at a terminator: the base, and the table of rules in two halves. A boundary is proposed by the base
//! or by a rule of `ADD`, and stands unless a rule of `DROP` forbids it. Must not walk texts; every rule sees one candidate and
//! looks a bounded number of bytes around it.

mod abbreviation;
mod east;
mod mark;
mod number;
mod start;

use super::candidate::{Candidate, kind};

/// The two halves.
#[derive(Clone, Copy)]
pub(super) struct Rules<'r> {
    /// Propose a boundary where the base sees none.
    pub(super) add: &'r [Rule],
    /// Forbid a boundary.
    pub(super) drop: &'r [Rule],
}

/// A rule: when it applies, and to which kinds of terminators.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// What it is about.
    #[cfg(test)]
    pub(super) name: &'static str,
    /// The kinds of terminators it is asked about.
    pub(super) kinds: u8,
    /// Whether it proposes a boundary (in `ADD`) or forbids one (in `DROP`).
    pub(super) applies: fn(&Candidate) -> bool,
    /// Texts with their language, split at "|" as they should be.
    #[cfg(test)]
    pub(super) examples: &'static [(&'static str, &'static str)],
}

macro_rules! rule {
    ($kinds:expr, $module:ident::$name:ident, $examples:expr) => {
        Rule {
            kinds: $kinds,
            applies: $module::$name,
            #[cfg(test)]
            name: stringify!($name),
            #[cfg(test)]
            examples: $examples,
        }
    };
}

/// Rules that propose a boundary where the base sees none.
#[rustfmt::skip]
const ADD: &[Rule] = &[
    rule!(kind::STOP | kind::ELLIPSIS, start::informal_text, &[
        ("en", "i went home.| it was late.| nobody was there."),
        ("en", "First one. second has no stop"),
    ]),
    rule!(kind::STOP, start::small_subject, &[
        ("en", "Bus service is available.| it is not frequent."),
        ("en", "They closed the deal with Pitt & Co. it seems."),
    ]),
    rule!(kind::STOP, start::next_quotation, &[
        ("de", "\"Die Gemeinde lehnte den Antrag ab.\"| \"ich bin dagegen\""),
    ]),
    rule!(kind::STOP, start::lettered_item, &[
        ("en", "His name is Mark E. Smith.| a. here it is| b. another"),
    ]),
    rule!(kind::STOP, start::address, &[
        ("en", "Well worth a visit.| http://example.com/"),
    ]),
    rule!(kind::ELLIPSIS, start::glued_to_ellipsis, &[
        ("en", "He looked for stolen art...|Out of all the works, what I mean...see, few were found."),
    ]),
    rule!(kind::STOP | kind::MARK, start::after_reference, &[
        ("en", "It can create a gap in a consultation.11 12| Take the example of the cold."),
        ("en", "It rained.[12]|The crops grew.[3][4]| People ate."),
        ("en", "It rained.[citation needed]| It snowed.¹| It froze.†|The end."),
    ]),
    rule!(kind::STOP, start::glued_outside_latin, &[
        ("ru", "Он ушёл домой.|Она осталась."),
        ("ar", "وأضاف أنه سيأتي.|وقال أيضا ذلك."),
        ("en", "He left.She stayed."),
    ]),
    rule!(kind::ELLIPSIS, east::clause_after_ellipsis, &[
        ("zh", "他想了很久……|然后他走了。|天黑了下来……|远处有人在唱歌。"),
        ("zh", "我……我不知道。|他是一个……非常好的人。|她说：“时间过得真快……一年又过去了。”"),
    ]),
    rule!(kind::ALL, start::opening_ellipsis, &[
        ("nl", "81 procent was raak.| ...en toen barste de hel los."),
        ("en", "It was somewhat weakened . . . was that.| . . . The practice was not abandoned."),
    ]),
    rule!(kind::STOP | kind::MARK | kind::ELLIPSIS, start::dash_and_capital, &[
        ("ru", "— Ты идёшь?| — Да.| — Тогда пойдём."),
    ]),
];

/// Rules that forbid a boundary.
#[rustfmt::skip]
const DROP: &[Rule] = &[
    rule!(kind::STOP, abbreviation::never_ends, &[
        ("en", "Dr. Smith met Mrs. Jones at St. Paul's.| They talked."),
        ("en", "THE END IS NEAR.| MR. SMITH SAID SO.| RUN!"),
        ("vi", "TS. Lê Hoa đến.| Sau đó cô đi."),
        ("de", "Er sprach mit Prof. Meyer.| Dann ging er nach FR.| Es war kalt."),
        ("hi", "यह किताब है।| डॉ. शर्मा आए।"),
        ("ru", "Он живёт в г. Волгограде с 1990 г.| Там тихо."),
    ]),
    rule!(kind::STOP, abbreviation::numbers_something, &[
        ("en", "See No. 5 for more.| Do you agree?| No.| That is wrong."),
        ("en", "As Fig. 3 on p. 12 shows, it works.| See vol. II."),
        ("en", "Review Fig. A for details.| See fig. B2.| Is it so?| No.| A man came."),
    ]),
    rule!(kind::STOP, abbreviation::goes_on_unless_a_starter_follows, &[
        ("en", "Apple Inc. Chairman Tim spoke.| He works at Apple Inc.| The firm is big."),
        ("en", "The U.S. Senate voted.| He lives in the U.S.| He likes it there."),
    ]),
    rule!(kind::STOP, abbreviation::measures_before_no_capital, &[
        ("en", "It weighs 5 lb. 3 oz. in all.| The shop sells ink, etc.| Pens are sold out."),
    ]),
    rule!(kind::STOP, abbreviation::initial, &[
        ("en", "J. R. R. Tolkien and George W. Bush met.| They ate."),
        ("en", "We make a good team, you and I.| Did you see Albert I. Jones yesterday?"),
        ("ru", "А. С. Пушкин родился в Москве."),
    ]),
    rule!(kind::STOP, abbreviation::dotted, &[
        ("en", "J.K. Rowling wrote it.| It sold well."),
    ]),
    rule!(kind::STOP, abbreviation::first_of_several, &[
        ("de", "Caesar starb 44 v. Chr. in Rom.| Danach kam Augustus."),
    ]),
    rule!(kind::STOP, abbreviation::spelled_out, &[
        ("de", "Das ist z. B. Wasser.| Es kostet nichts."),
        ("es", "Vive en EE. UU. desde 1990."),
        ("en", "The firm is E. F. Hutton."),
        ("de", "Das ist q. K. Wasser.| Es kostet nichts."),
    ]),
    rule!(kind::STOP, abbreviation::time_of_day, &[
        ("en", "At 5 a.m. Mr. Smith went to the bank.| He left the bank at 6 P.M.| Mr. Smith then went to the store."),
        ("en", "We met at 5 p.m. EST on a plane."),
    ]),
    rule!(kind::STOP, number::ordinal, &[
        ("de", "Am 3. Oktober 1990 war es so weit.| Das war gut."),
        ("en", "He was born in ward 3.| October was cold."),
        ("sk", "Ide o príslušníkov XII. Pluku špeciálneho určenia."),
    ]),
    rule!(kind::STOP, number::item_of_a_list, &[
        ("en", "1. Buy milk.| 2. Buy eggs.| 3. Go home."),
        ("en", "a. The first item| b. The second item| c. The third list item"),
        ("en", "Q. What is his name?| A. His name is Sloan."),
    ]),
    rule!(kind::MARK, mark::before_no_space, &[
        ("en", "Visit https://example.com/a.html?q=1&x=!Y for more.| It is free."),
        ("en", "Are they open?|They are."),
    ]),
    rule!(kind::MARK, mark::lost_middle_dot, &[
        ("zh", "斯蒂芬?米勒走了。|你来吗?|好的。"),
    ]),
    rule!(kind::ALL, mark::quotation_goes_on, &[
        ("en", "\"Stop!\" he cried.| \"Why?\" asked Ann."),
        ("en", "The firm (founded in 1990.) is big.| Yes."),
        ("fr", "« Bonjour\u{202F}!\u{A0}», dit-elle.| « Je pars… » dit-il.| « Oui. »| Il rit."),
    ]),
    rule!(kind::MARK, mark::somebody_said, &[
        ("en", "Leave me alone! he yelled.| Nobody came."),
    ]),
    rule!(kind::MARK, mark::exclaims_and_goes_on, &[
        ("fr", "— Oh ! si ce n’était que cela.| — Soit ! lui répondis-je."),
        ("", "— Oh\u{A0}! si ce n’était que cela.| Il se tut."),
        ("en", "No way!| it was great."),
    ]),
    rule!(kind::MARK, mark::part_of_a_name, &[
        ("en", "She works at Yahoo! in accounting.| OK."),
    ]),
    rule!(kind::MARK | kind::ELLIPSIS, mark::alone_in_brackets, &[
        ("en", "He was born in 1870 (?) Vienna [...] And died."),
    ]),
    rule!(kind::STOP | kind::ELLIPSIS | kind::MARK, mark::inside_low_quotes, &[
        ("sk", "„Beriem to na ľahkú váhu. V podstate ma to nezaujíma,“ reagoval Matovič."),
        ("de", "„Ich komme.“| Er ging.| »Halt!«, rief sie."),
        ("pl", "„Cieszę się.| Pokazałam to.| Dobrze”, mówi."),
    ]),
    rule!(kind::STOP, mark::spaced_ellipsis, &[
        ("en", "The thing is . . . I didn’t mean it."),
        ("en", "End the sentence with a period . . . .| Next sentence."),
    ]),
    rule!(kind::WIDE, east::inside_quotes, &[
        ("ja", "彼は「そうだ。行こう。」と言った。|私は帰った。"),
        ("zh", "他说：“我不去。”|然后走了。"),
        ("zh", "我们去看《摔跤吧！爸爸》好吗？|好！"),
    ]),
    rule!(kind::WIDE, east::quoted_then_particle, &[
        ("ja", "彼は「行かない。」と言った。|私は帰った。"),
    ]),
    rule!(kind::WIDE, east::decimal_point, &[
        ("ja", "引き下げ幅は３．２９％以上。|高い。"),
    ]),
];

/// All rules.
pub(super) const RULES: Rules<'static> = Rules { add: ADD, drop: DROP };

impl Rules<'_> {
    /// Whether a sentence ends at a candidate.
    pub(super) fn cut(self, candidate: &Candidate) -> bool {
        let asked = |rule: &&Rule| rule.kinds & candidate.kind != 0;
        let proposed = start::base(candidate) || self.add.iter().filter(asked).any(|rule| (rule.applies)(candidate));
        proposed && !self.drop.iter().filter(asked).any(|rule| (rule.applies)(candidate))
    }
}
