//! Request and response bodies, read to their end but not beyond a limit.

use std::error::Error;
use std::fmt::Display;

use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::host::{Fetched, Unavailable};
use crate::rerank::MAX_BODY_BYTES;

/// Reads the body of a request. One that is too long, or breaks off, comes back one byte longer than the limit, so that the
/// handler refuses it.
pub async fn request_body<B>(body: B) -> Vec<u8>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let body = Limited::new(body, MAX_BODY_BYTES).collect().await;
    body.map_or_else(|_| vec![0; MAX_BODY_BYTES + 1], |body| body.to_bytes().into())
}

/// Reads an origin's answer.
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

/// Wraps a platform's own error.
pub fn unavailable(why: impl Display) -> Unavailable {
    Unavailable(why.to_string())
}
