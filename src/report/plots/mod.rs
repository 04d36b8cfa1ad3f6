//! The figures of the report as pictures, SVG and PNG, for documents and slides. Drawn by plotters;
//! the numbers are those of the page.
//!
//! Text is set in Inter 4.1 (SIL Open Font License, `inter-OFL.txt`; the Latin part, from the npm
//! package `@fontsource/inter` 5.3.0): compiled in for PNG, embedded in every SVG, so that both
//! read the same where no font is installed.

mod bars;
mod canvas;
mod lines;
mod timeline;
mod week;

use super::html::Report;
use super::html::story::Story;
use crate::search::Prepared;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canvas::{Area, FAMILY, Result, SIZE};
use plotters::prelude::{BitMapBackend, DrawingBackend, IntoDrawingArea as _, SVGBackend, WHITE};
use plotters::style::{FontStyle, register_font};
use std::sync::LazyLock;

const REGULAR: &[u8] = include_bytes!("inter-latin-400.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("inter-latin-600.ttf");
/// The same two, compressed, for SVG.
const REGULAR_WEB: &[u8] = include_bytes!("inter-latin-400.woff2");
const SEMI_BOLD_WEB: &[u8] = include_bytes!("inter-latin-600.woff2");

/// Whether both fonts could be registered, which happens once.
static FONTS: LazyLock<bool> = LazyLock::new(|| {
    let fonts = [(FontStyle::Normal, REGULAR), (FontStyle::Bold, SEMI_BOLD)];
    fonts.into_iter().all(|(style, bytes)| register_font(FAMILY, style, bytes).is_ok())
});

/// One figure, in both forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plot {
    /// File stem.
    pub name: String,
    /// The SVG document.
    pub svg: String,
    /// The PNG file.
    pub png: Vec<u8>,
}

/// A figure that cannot be drawn: a defect.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a figure cannot be drawn: {0}")]
pub struct PlotError(String);

/// A figure, before it has a form.
enum Figure<'f> {
    Costs(&'f Report<'f>),
    Waste(&'f Report<'f>),
    IdleLimit(&'f Report<'f>),
    Pareto(&'f Report<'f>),
    Week(&'f Report<'f>, week::Measure),
    Timeline(timeline::Lanes),
    Quota(lines::QuotaLine),
}

impl Figure<'_> {
    fn draw<D: DrawingBackend>(&self, area: &Area<D>) -> Result<D> {
        area.fill(&WHITE)?;
        match self {
            Self::Costs(report) => bars::costs(area, report),
            Self::Waste(report) => bars::waste(area, report),
            Self::IdleLimit(report) => lines::idle_limit(area, report),
            Self::Pareto(report) => lines::pareto(area, report),
            Self::Week(report, measure) => week::week(area, report, *measure),
            Self::Timeline(lanes) => timeline::draw(area, lanes),
            Self::Quota(line) => lines::quota(area, line),
        }
    }
}

/// Every figure there is something to show in. The timeline is of the week that shows most, under
/// the first plan, which `first` has resolved; quota has a figure for each limit.
///
/// # Errors
/// Only for a defect, which a test would find.
pub fn plots(
    report: &Report<'_>,
    first: &Prepared<'_>,
) -> std::result::Result<Vec<Plot>, PlotError> {
    let mut figures = vec![
        ("costs".to_owned(), Figure::Costs(report)),
        ("waste".to_owned(), Figure::Waste(report)),
        ("idle-limit".to_owned(), Figure::IdleLimit(report)),
    ];
    for measure in week::Measure::ALL {
        figures.push((format!("week-{}", measure.name()), Figure::Week(report, measure)));
    }
    if report.advice.is_some_and(|advice| !advice.pareto().is_empty()) {
        figures.push(("pareto".to_owned(), Figure::Pareto(report)));
    }
    if let Some((index, zone, week)) = report.stories.most() {
        let story = Story::of(report.case, first, index);
        let name = &report.case.instances[index].name;
        let plan = report.details.first().map_or("", |detail| &detail.name);
        let lanes = timeline::Lanes::of((name, plan), &story, week, zone);
        figures.push(("timeline".to_owned(), Figure::Timeline(lanes)));
    }
    for line in lines::QuotaLine::all(report) {
        figures.push((line.file_stem(), Figure::Quota(line)));
    }
    figures.iter().map(|(name, figure)| plot(name, figure)).collect()
}

fn plot(name: &str, figure: &Figure<'_>) -> std::result::Result<Plot, PlotError> {
    if !*FONTS {
        return Err(PlotError("its font is broken".to_owned()));
    }
    let failed = |error: &dyn std::fmt::Display| PlotError(format!("{name}: {error}"));
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        figure.draw(&area).and_then(|()| area.present()).map_err(|e| failed(&e))?;
    }
    let (width, height) = SIZE;
    let mut pixels = vec![255; 3 * width as usize * height as usize];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, SIZE).into_drawing_area();
        figure.draw(&area).and_then(|()| area.present()).map_err(|e| failed(&e))?;
    }
    let png = encode(&pixels).map_err(|e| failed(&e))?;
    Ok(Plot { name: name.to_owned(), svg: with_fonts(&svg), png })
}

fn encode(pixels: &[u8]) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// The document with the fonts inside, right after its opening tag.
fn with_fonts(svg: &str) -> String {
    let face = |weight: &str, bytes: &[u8]| {
        let data = STANDARD.encode(bytes);
        format!(
            "@font-face{{font-family:{FAMILY};font-weight:{weight};\
             src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    };
    let faces = face("normal", REGULAR_WEB) + &face("bold", SEMI_BOLD_WEB);
    let rule = format!("<style>{faces}text{{font-family:{FAMILY},sans-serif}}</style>");
    let end = svg.find("<svg").and_then(|at| svg[at..].find('>').map(|end| at + end + 1));
    let (head, body) = svg.split_at(end.unwrap_or(0));
    // Half as large: what is drawn there is twice as fine.
    let (width, height) = SIZE;
    let whole = format!("width=\"{width}\" height=\"{height}\"");
    let half = format!("width=\"{}\" height=\"{}\"", width / 2, height / 2);
    format!("{}\n{rule}{body}", head.replacen(&whole, &half, 1))
}
