//! Bodies as most platforms have them: read to their end, but no further than what is taken.

use std::error::Error;
use std::fmt::Display;

use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::host::{Fetched, Unavailable};
use crate::rerank::MAX_BODY_BYTES;

/// The body of a request. One that is too long, or breaks off, is one byte longer than is taken: the handler refuses it
/// in its own words.
pub async fn request_body<B>(body: B) -> Vec<u8>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let body = Limited::new(body, MAX_BODY_BYTES).collect().await;
    body.map_or_else(|_| vec![0; MAX_BODY_BYTES + 1], |body| body.to_bytes().into())
}

/// What an origin answered.
pub async fn fetched<B>(response: http::Response<B>, at_most: usize) -> Result<Fetched, Unavailable>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (head, body) = response.into_parts();
    match head.status {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Fetched::Missing),
        other => return Err(unavailable(format_args!("the origin answered {other}"))),
    }
    match Limited::new(body, at_most).collect().await {
        Ok(file) => Ok(Fetched::File(file.to_bytes().into())),
        Err(why) if why.is::<LengthLimitError>() => Ok(Fetched::TooLong),
        Err(why) => Err(unavailable(why)),
    }
}

/// A platform's own word for what went wrong.
pub fn unavailable(why: impl Display) -> Unavailable {
    Unavailable(why.to_string())
}
