//! Colours and letters of all pictures.

/// What a page defines once for all pictures in it: custom properties for light and dark, and the classes of the marks, all below `.cx-p`.
///
/// Blue and vermilion are the pair of Okabe and Ito that every kind of colour vision tells apart. Both scales walk away from the paper in lightness, so that they
/// are read without hue; text on their first half is ink (`lo`), on the rest paper (`hi`).
///
/// # References
///
/// M. Okabe and K. Ito (2008), *Color universal design: how to make figures and presentations that are friendly to colorblind people*.
pub(crate) const STYLE: &str = "\
:root{color-scheme:light dark;--cx-paper:#ffffff;--cx-ink:#1b2530;--cx-soft:#55606c;--cx-mark:#7d8792;--cx-line:#e1e5ea;--cx-wash:#eaf3f9;--cx-band:#f4f6f8;\
--cx-up:#0072b2;--cx-down:#b84e00;\
--cx-s0:#eef3f6;--cx-s1:#d3e6f0;--cx-s2:#b7d9e9;--cx-s3:#9bcbe2;--cx-s4:#7ebbdb;--cx-s5:#5fabd3;--cx-s6:#1f75b0;--cx-s7:#196399;--cx-s8:#145283;--cx-s9:#0f416d;--cx-s10:#0a3158;\
--cx-d0:#eff0ee;--cx-p1:#c3d7e4;--cx-p2:#96beda;--cx-p3:#68a5cf;--cx-p4:#2b6ea6;--cx-p5:#0b3f76;\
--cx-n1:#edd4bf;--cx-n2:#e9b791;--cx-n3:#e39a5f;--cx-n4:#a9531c;--cx-n5:#752c00}\
@media screen and (prefers-color-scheme:dark){:root{--cx-paper:#14191f;--cx-ink:#e6eaee;--cx-soft:#a9b4bf;--cx-mark:#7a8591;--cx-line:#2b333c;--cx-wash:#1a2a37;--cx-band:#1b2128;\
--cx-up:#56b4e9;--cx-down:#f0a04b;\
--cx-s0:#1f272f;--cx-s1:#203342;--cx-s2:#1e3f55;--cx-s3:#204d6a;--cx-s4:#255e82;--cx-s5:#296e97;--cx-s6:#3f93c6;--cx-s7:#68aed9;--cx-s8:#8fcaec;--cx-s9:#bfe1f4;--cx-s10:#eef7fc;\
--cx-d0:#232a31;--cx-p1:#294053;--cx-p2:#2c5776;--cx-p3:#2b6d98;--cx-p4:#5ba3d3;--cx-p5:#b5e0ff;\
--cx-n1:#473a33;--cx-n2:#6c4931;--cx-n3:#93582a;--cx-n4:#d08d52;--cx-n5:#ffd9a8}}\
.cx-p{display:block;width:100%;min-width:42.5rem;max-width:60rem;height:auto;direction:ltr;\
font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;-webkit-print-color-adjust:exact;print-color-adjust:exact}\
.cx-p text{fill:var(--cx-ink);font-size:13px;font-variant-numeric:tabular-nums}\
.cx-p .t{font-size:20px;font-weight:600}.cx-p .b{font-weight:600}.cx-p .k{font-size:12px}.cx-p .j{font-size:11px}.cx-p .m{text-anchor:middle}.cx-p .e{text-anchor:end}\
.cx-p .s,.cx-p .s text{fill:var(--cx-soft)}.cx-p .u{fill:var(--cx-up)}.cx-p .d{fill:var(--cx-down)}.cx-p .lo,.cx-p .lo text{fill:var(--cx-ink)}.cx-p .hi,.cx-p .hi text{fill:var(--cx-paper)}\
.cx-p .halo{paint-order:stroke;stroke:var(--cx-paper);stroke-width:3px;stroke-linejoin:round}\
.cx-p .paper{fill:var(--cx-paper)}.cx-p .wash{fill:var(--cx-wash)}.cx-p .band{fill:var(--cx-band)}\
.cx-p .line,.cx-p .axis,.cx-p .way,.cx-p .lead,.cx-p .dash,.cx-p .up,.cx-p .down{fill:none;stroke:var(--cx-line)}.cx-p .axis,.cx-p .way,.cx-p .dash{stroke:var(--cx-mark)}.cx-p .lead{stroke:var(--cx-ink);stroke-width:.8}.cx-p .dash{stroke-dasharray:4 4}\
.cx-p .up{stroke:var(--cx-up);stroke-width:2}.cx-p .down{stroke:var(--cx-down);stroke-width:2;stroke-dasharray:7 3}.cx-p .thin{stroke-width:1}\
.cx-p .dot{fill:var(--cx-up);stroke:var(--cx-paper);stroke-width:1}.cx-p .ring{fill:var(--cx-paper);stroke:var(--cx-mark);stroke-width:1.5}.cx-p .over{fill:var(--cx-down)}\
.cx-p .bar{fill:var(--cx-wash);stroke:var(--cx-up);stroke-width:1.2}.cx-p .busy{fill:var(--cx-up)}.cx-p .fall{fill:var(--cx-down)}\
.cx-p .s0{fill:var(--cx-s0)}.cx-p .s1{fill:var(--cx-s1)}.cx-p .s2{fill:var(--cx-s2)}.cx-p .s3{fill:var(--cx-s3)}.cx-p .s4{fill:var(--cx-s4)}.cx-p .s5{fill:var(--cx-s5)}\
.cx-p .s6{fill:var(--cx-s6)}.cx-p .s7{fill:var(--cx-s7)}.cx-p .s8{fill:var(--cx-s8)}.cx-p .s9{fill:var(--cx-s9)}.cx-p .s10{fill:var(--cx-s10)}\
.cx-p .d0{fill:var(--cx-d0)}.cx-p .p1{fill:var(--cx-p1)}.cx-p .p2{fill:var(--cx-p2)}.cx-p .p3{fill:var(--cx-p3)}.cx-p .p4{fill:var(--cx-p4)}.cx-p .p5{fill:var(--cx-p5)}\
.cx-p .n1{fill:var(--cx-n1)}.cx-p .n2{fill:var(--cx-n2)}.cx-p .n3{fill:var(--cx-n3)}.cx-p .n4{fill:var(--cx-n4)}.cx-p .n5{fill:var(--cx-n5)}";

/// Shares from 0 to 1 in tenths.
const SHARE: [&str; 11] = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10"];
/// From −1 to 1 in fifths.
const DIVERGING: [&str; 11] = ["n5", "n4", "n3", "n2", "n1", "d0", "p1", "p2", "p3", "p4", "p5"];

/// A step of a colour scale: the class that fills, and the class of text on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shade {
    pub(super) fill: &'static str,
    pub(super) text: &'static str,
}

/// The colour of a share; what is below 0 or above 1 has the colour of the end.
pub(super) fn share(x: f64) -> Shade {
    let step = (x.clamp(0.0, 1.0) * 10.0).round() as usize;
    Shade { fill: SHARE[step], text: if step <= 5 { "lo" } else { "hi" } }
}

/// The colour of an agreement from −1 to 1.
pub(super) fn diverging(x: f64) -> Shade {
    let step = (x.clamp(-1.0, 1.0) * 5.0).round() as i32;
    Shade { fill: DIVERGING[(step + 5) as usize], text: if step.abs() <= 3 { "lo" } else { "hi" } }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The custom properties of the light or the dark theme.
    fn theme(dark: bool) -> Vec<(&'static str, [u8; 3])> {
        let block = STYLE.split(":root{").nth(if dark { 2 } else { 1 }).unwrap();
        let block = block.split('}').next().unwrap();
        let hex = |text: &str, at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        let colour = |(name, text): (&'static str, &str)| (name, [hex(text, 1), hex(text, 3), hex(text, 5)]);
        let colours: Vec<_> = block
            .split(';')
            .filter_map(|line| line.split_once(':'))
            .filter(|(_, text)| text.starts_with('#'))
            .map(colour)
            .collect();
        assert_eq!(colours.len(), 31);
        colours
    }

    fn luminance(rgb: [u8; 3]) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2])
    }

    /// As in WCAG 2.2.
    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_has_a_contrast_of_four_and_a_half_and_marks_of_three() {
        for dark in [false, true] {
            let theme = theme(dark);
            let colour = |name: &str| theme.iter().find(|(n, _)| *n == format!("--cx-{name}")).unwrap().1;
            for text in ["ink", "soft", "up", "down"] {
                for ground in ["paper", "wash", "band"] {
                    let found = contrast(colour(text), colour(ground));
                    assert!(found >= 4.5, "{text} on {ground}, dark {dark}: {found}");
                }
            }
            for ground in ["paper", "wash", "band"] {
                assert!(contrast(colour("mark"), colour(ground)) >= 3.0, "mark on {ground}, dark {dark}");
            }
            assert!(contrast(colour("paper"), colour("down")) >= 4.5);
            for step in 0..=20 {
                let x = f64::from(step) / 10.0 - 1.0;
                for shade in [share(x), diverging(x)] {
                    let text = colour(if shade.text == "lo" { "ink" } else { "paper" });
                    let found = contrast(text, colour(shade.fill));
                    assert!(found >= 4.5, "text on {}, dark {dark}: {found}", shade.fill);
                }
            }
        }
    }

    /// Without hue the scales are still scales.
    #[test]
    fn each_step_of_a_scale_is_farther_from_the_paper() {
        for dark in [false, true] {
            let theme = theme(dark);
            let colour = |name: &str| theme.iter().find(|(n, _)| *n == format!("--cx-{name}")).unwrap().1;
            let mut away = DIVERGING;
            away.reverse();
            for scale in [&SHARE[..], &DIVERGING[5..], &away[5..]] {
                let from_paper: Vec<f64> =
                    scale.iter().map(|name| contrast(colour(name), colour("paper"))).collect();
                assert!(from_paper.is_sorted_by(|a, b| a * 1.1 < *b), "{scale:?}: {from_paper:?}");
            }
        }
    }

    #[test]
    fn every_class_of_a_scale_is_defined() {
        for name in SHARE.iter().chain(&DIVERGING) {
            assert!(STYLE.contains(&format!(".cx-p .{name}{{fill:var(--cx-{name})}}")), "{name}");
        }
        assert!(!STYLE.contains(['<', '&']), "it stands in XML as it is");
    }
}
