//! What all figures share: size, colours, text.

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::{
    Color as _, DrawingArea, DrawingBackend, FontStyle, PathElement, Polygon, RGBColor, Rectangle,
    Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, TextStyle};

/// Pixels to a point of the figures' layout: letters stand better on a finer grid.
pub(super) const FINE: i32 = 2;
/// Width and height of every figure \[px\]: 1,200 by 640 points.
pub(super) const SIZE: (u32, u32) = (2_400, 1_280);
/// The font's family.
pub(super) const FAMILY: &str = "Inter";

pub(super) const INK: RGBColor = RGBColor(29, 33, 39);
pub(super) const SOFT: RGBColor = RGBColor(91, 100, 112);
pub(super) const RULE: RGBColor = RGBColor(226, 229, 233);
pub(super) const BLUE: RGBColor = RGBColor(47, 111, 168);
pub(super) const GREYS: [RGBColor; 3] =
    [RGBColor(89, 97, 107), RGBColor(141, 150, 161), RGBColor(185, 192, 200)];
pub(super) const AMBER: RGBColor = RGBColor(194, 112, 42);
pub(super) const PURPLE: RGBColor = RGBColor(122, 90, 166);
pub(super) const RED: RGBColor = RGBColor(192, 57, 43);
pub(super) const GREEN: RGBColor = RGBColor(63, 143, 107);
pub(super) const YELLOW: RGBColor = RGBColor(208, 154, 58);

/// A figure's canvas. Places and lengths given to the functions here are points.
pub(super) type Area<D> = DrawingArea<D, Shift>;
/// What drawing ends with.
pub(super) type Result<D> =
    std::result::Result<(), DrawingAreaErrorKind<<D as DrawingBackend>::ErrorType>>;

/// A font of the figure's family.
fn font(size: i32, style: FontStyle) -> FontDesc<'static> {
    FontDesc::new(FontFamily::Name(FAMILY), f64::from(size * FINE), style)
}

/// A style for text of this size \[points\].
pub(super) fn style(size: i32, colour: RGBColor, across: HPos) -> TextStyle<'static> {
    let pos = Pos::new(across, VPos::Center);
    TextStyle { font: font(size, FontStyle::Normal), color: colour.to_backend_color(), pos }
}

/// Text whose middle is at this height.
pub(super) fn text<D: DrawingBackend>(
    area: &Area<D>,
    text: &str,
    at: (i32, i32),
    style: &TextStyle<'_>,
) -> Result<D> {
    area.draw(&Text::new(text.to_owned(), fine(at), style.clone()))
}

/// A figure's heading.
pub(super) fn title<D: DrawingBackend>(area: &Area<D>, words: &str, below: &str) -> Result<D> {
    let bold = TextStyle { font: font(26, FontStyle::Bold), ..style(26, INK, HPos::Left) };
    text(area, words, (28, 36), &bold)?;
    text(area, below, (28, 66), &style(17, SOFT, HPos::Left))
}

/// A filled rectangle.
pub(super) fn block<D: DrawingBackend>(
    area: &Area<D>,
    from: (i32, i32),
    to: (i32, i32),
    colour: RGBColor,
) -> Result<D> {
    area.draw(&Rectangle::new([fine(from), fine(to)], colour.filled()))
}

/// A filled polygon.
pub(super) fn polygon<D: DrawingBackend>(
    area: &Area<D>,
    points: Vec<(i32, i32)>,
    colour: RGBColor,
) -> Result<D> {
    let points: Vec<(i32, i32)> = points.into_iter().map(fine).collect();
    area.draw(&Polygon::new(points, colour.filled()))
}

/// A straight line.
pub(super) fn line<D: DrawingBackend>(
    area: &Area<D>,
    from: (i32, i32),
    to: (i32, i32),
    colour: RGBColor,
) -> Result<D> {
    area.draw(&PathElement::new(vec![fine(from), fine(to)], colour.stroke_width(2)))
}

/// Points as pixels.
const fn fine((x, y): (i32, i32)) -> (i32, i32) {
    (x * FINE, y * FINE)
}

/// Pixels as points.
pub(super) const fn coarse((x, y): (i32, i32)) -> (i32, i32) {
    (x / FINE, y / FINE)
}

/// Squares with what they stand for, in one line.
pub(super) fn legend<D: DrawingBackend>(
    area: &Area<D>,
    y: i32,
    parts: &[(RGBColor, &str)],
) -> Result<D> {
    let mut x = 28;
    let words = style(16, SOFT, HPos::Left);
    for (colour, name) in parts {
        block(area, (x, y - 7), (x + 14, y + 7), *colour)?;
        text(area, name, (x + 22, y), &words)?;
        let (width, _) = area.estimate_text_size(name, &words)?;
        x += 50 + i32::try_from(width).unwrap_or(0) / FINE;
    }
    Ok(())
}

/// A part of `length` points.
pub(super) fn scaled(value: i64, most: i64, length: i32) -> i32 {
    let pixels = i128::from(value) * i128::from(length) / i128::from(most.max(1));
    i32::try_from(pixels).unwrap_or(length)
}

/// A long name, cut.
pub(super) fn cut(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let kept: String = name.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}
