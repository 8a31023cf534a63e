// SPDX-License-Identifier: GPL-2.0-or-later
//
// A file that would grow beyond RLIMIT_FSIZE costs its writer SIGXFSZ besides the error EFBIG, and nobody handles that signal
// in the host: it would end the VM (setrlimit(2)). The limit may be set at any time, so it is no use to ask for it first. The
// signal is for the thread that has made the call; so this thread blocks it meanwhile, and takes away what has come.

using System;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Files;

/// <summary>While it lives, a file's limit is an error of the call and no signal.</summary>
internal unsafe ref struct FileSizeSignal : IDisposable
{
    /// <summary>Bytes of glibc's sigset_t.</summary>
    private const int SetSize = 128;

    private fixed byte _before[SetSize];
    private bool _wasPending;

    /// <summary>Blocks the signal on this thread.</summary>
    public static FileSizeSignal Block()
    {
        FileSizeSignal signal = default;
        byte* set = stackalloc byte[SetSize];
        // SAFETY: both sets have the size that the calls read and write, and live on this stack.
        _ = Libc.sigpending(set);
        signal._wasPending = Libc.sigismember(set, LinuxConstants.SIGXFSZ) == 1;
        Fill(set);
        _ = Libc.pthread_sigmask(LinuxConstants.SIG_BLOCK, set, signal._before);
        return signal;
    }

    /// <summary>Takes the signal away if it has come, and lets it through again as before.</summary>
    public void Dispose()
    {
        byte* set = stackalloc byte[SetSize];
        timespec now = default;
        Fill(set);
        // SAFETY: as above.
        while (!_wasPending && Libc.sigtimedwait(set, null, &now) < 0 && Errors.Errno.Last.IsInterrupted)
        {
        }

        fixed (byte* before = _before)
        {
            _ = Libc.pthread_sigmask(LinuxConstants.SIG_SETMASK, before, null);
        }
    }

    private static void Fill(byte* set)
    {
        _ = Libc.sigemptyset(set);
        _ = Libc.sigaddset(set, LinuxConstants.SIGXFSZ);
    }
}
