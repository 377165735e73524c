//! Calldata in, result out, the end, and paying for memory.

use wasmtime::{Caller, Linker};

use super::{Host, Hostio, Result, Stop, asking, length, local};
use crate::stylus::{Request, prices};

pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    local!(linker, "read_args", |io, dest: u32| -> () {
        let args = io.host().env.args.clone();
        io.buy(prices::HOSTIO + prices::write(length(&args)))?;
        io.write(dest, &args)
    });
    local!(linker, "write_result", |io, source: u32, len: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::read(len))?;
        io.host().output = io.read(source, len)?;
        Ok(())
    });
    local!(linker, "exit_early", |io, status: u32| -> () {
        io.arg(&status.to_be_bytes());
        io.end("exit_early"); // it never returns to where calls are told otherwise
        Err(Stop::Early(status).into())
    });
    asking!(linker, "pay_for_memory_grow", |io, pages: u32| -> () {
        // Nitro takes the low 16 bits.
        #[allow(clippy::cast_possible_truncation)]
        let pages = pages as u16;
        io.arg(&pages.to_be_bytes());
        if pages == 0 { io.buy(prices::HOSTIO) } else { io.ask_done(Request::OpenPages(pages)).await }
    });
    Ok(())
}
