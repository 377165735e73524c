//! Printing on the node's output, which only development chains allow.

use wasmtime::{Caller, Linker};

use super::{Host, Hostio, Result};
use crate::stylus::Request;

pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    linker.func_wrap_async("console", "log_txt", |caller: Caller<'_, Host>, (text, len): (u32, u32)| {
        Box::new(async move {
            let mut io = Hostio::begin(caller);
            let text = String::from_utf8_lossy(&io.read(text, len)?).into_owned();
            io.ask_done(Request::Print(text)).await?;
            io.end("console_log_text");
            Ok(())
        })
    })?;
    define_value::<i32>(linker, "log_i32", "tee_i32")?;
    define_value::<i64>(linker, "log_i64", "tee_i64")?;
    define_value::<f32>(linker, "log_f32", "tee_f32")?;
    define_value::<f64>(linker, "log_f64", "tee_f64")
}

/// Defines the printing of one type: once without a result, once returning its argument.
fn define_value<T>(linker: &mut Linker<Host>, log: &str, tee: &str) -> Result<()>
where
    T: wasmtime::WasmTy + wasmtime::WasmRet + Copy + ToString + Sync + 'static,
    (T,): wasmtime::WasmTyList,
    Result<T>: wasmtime::WasmRet,
{
    linker.func_wrap_async("console", log, |caller: Caller<'_, Host>, (value,): (T,)| {
        Box::new(async move { print(caller, value).await })
    })?;
    linker.func_wrap_async("console", tee, |caller: Caller<'_, Host>, (value,): (T,)| {
        Box::new(async move {
            print(caller, value).await?;
            Result::<T>::Ok(value)
        })
    })?;
    Ok(())
}

async fn print(caller: Caller<'_, Host>, value: impl ToString) -> Result<()> {
    let mut io = Hostio::begin(caller);
    let text = value.to_string();
    io.arg(text.as_bytes());
    io.ask_done(Request::Print(text)).await?;
    io.end("console_log");
    Ok(())
}
