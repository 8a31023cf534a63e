// SPDX-License-Identifier: GPL-2.0-or-later
//
// Adds 1 to an eventfd of the front-end's, and never waits.
//
// write(2) does not wait if O_NONBLOCK is on. But that flag belongs to the file that both sides have open: a front-end that takes it off and fills the counter
// would stop the thread for ever. poll(2) before it leaves time to do so, and Linux refuses pwritev2(2) with RWF_NOWAIT for an eventfd. What never waits is the
// kernel's own signal, and a request of io_submit(2) ends with one (IOCB_FLAG_RESFD). This one reads no bytes from an empty file of ours, so it ends at once.

using System;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.Vhost.Interop;

/// <summary>Signals eventfds. For one thread.</summary>
internal sealed unsafe class Signaller : IDisposable
{
    private const int MaximumResults = 128;

    private readonly FileDescriptor _empty = FileDescriptor.MemoryFile("l2tpv3-vhost-signal", 0);
    private readonly NativeBlock _results = new(MaximumResults * sizeof(io_event));
    private readonly NativeBlock _request = new(sizeof(iocb));
    private readonly nint _context;

    /// <summary>A kernel without such requests, or a sandbox that forbids them, leaves write(2).</summary>
    public Signaller()
    {
        nint context = 0;
        _ = VhostLibc.syscall(VhostConstants.SYS_io_setup, 1, (nint)(&context), 0, 0, 0);
        _context = context;
        *Request = new iocb
        {
            aio_lio_opcode = (ushort)VhostConstants.IOCB_CMD_PREAD,
            aio_fildes = (uint)_empty.Number,
            aio_flags = VhostConstants.IOCB_FLAG_RESFD,
        };
    }

    // SAFETY: the block has the size of one.
    private iocb* Request => (iocb*)_request.Start;

    /// <summary>Adds 1. What is no eventfd hears nothing, and neither does one that is full: it has an event waiting already.</summary>
    public void Signal(FileDescriptor target)
    {
        if (_context == 0)
        {
            target.Signal();
            return;
        }

        Request->aio_resfd = (uint)target.Number;
        if (!TrySubmit() && Marshal.GetLastPInvokeError() == LinuxConstants.EAGAIN)
        {
            // Nobody has taken the results of those before, and there is no room for another one.
            _ = VhostLibc.syscall(VhostConstants.SYS_io_getevents, _context, 0, MaximumResults, (nint)_results.Start, 0);
            _ = TrySubmit();
        }
    }

    public void Dispose()
    {
        if (_context != 0)
        {
            _ = VhostLibc.syscall(VhostConstants.SYS_io_destroy, _context, 0, 0, 0, 0);
        }

        _empty.Dispose();
        _results.Dispose();
        _request.Dispose();
    }

    private bool TrySubmit()
    {
        iocb* request = Request;
        return VhostLibc.syscall(VhostConstants.SYS_io_submit, _context, 1, (nint)(&request), 0, 0) == 1;
    }
}
