use super::*;

fn chart(counts: &[(usize, u64)]) -> Chart {
    Chart::histogram("Lengths", "How long.", "ids", counts.iter().copied())
}

#[test]
fn neighbours_share_a_bar_and_none_is_lost() {
    let counts: Vec<(usize, u64)> = (3..512).map(|value| (value, 2)).collect();
    let chart = chart(&counts);
    assert!(chart.bars.len() <= MOST_BARS + 1);
    assert_eq!(chart.bars[0].name, "0 to 19");
    assert_eq!(chart.bars.iter().map(|bar| bar.value).sum::<f64>(), 2.0 * 509.0);
}

#[test]
fn few_values_have_a_bar_each() {
    let chart = chart(&[(0, 5), (3, 1)]);
    assert_eq!(chart.bars.iter().map(|bar| bar.value).collect::<Vec<_>>(), [5.0, 0.0, 0.0, 1.0]);
    assert_eq!(chart.bars[3].name, "3");
}

#[test]
fn a_chart_is_an_image_with_a_title_a_description_and_its_numbers() {
    let mut html = String::new();
    let mut chart = chart(&[(0, 5), (1, 1)]);
    chart.title = "a < b".to_string();
    chart.expected = Some(Expected { name: "law & order".to_string(), values: vec![4.0, 2.0] });
    chart.render(7, &mut html);
    for part in [
        "role=\"img\"",
        "<title id=\"c7t\">a &lt; b</title>",
        "<desc id=\"c7d\">",
        "law &amp; order",
        "<details>",
        "class=\"curve\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<rect").count(), 2);
}

#[test]
fn nothing_and_the_largest_numbers_can_be_drawn() {
    let mut html = String::new();
    chart(&[]).render(0, &mut html);
    chart(&[(0, u64::MAX), (1 << 20, 1)]).render(1, &mut html);
    assert!(!html.contains("NaN") && !html.contains("inf"));
}

#[test]
fn steps_are_round() {
    assert_eq!(nice_step(30.0, Scale::Count), 50.0);
    assert_eq!(nice_step(0.2, Scale::Count), 1.0);
    assert!((nice_step(0.03, Scale::Share) - 0.05).abs() < 1e-9);
}
