// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Diagnostics.CodeAnalysis;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.DataPlane.Exports;

/// <summary>
/// An exception in the words of an answer. It cannot throw, which matters: it is called from catch clauses, behind which there
/// is nothing but C. An exception may say that memory has ended, and then there may be none for its text either.
/// </summary>
internal static class Answer
{
    private const string NoMemory = "there is not enough memory; remove other netdevs, or give the process more";

    private const int LongestError = 4096;

    /// <summary>The host's buffer for a sentence.</summary>
    // SAFETY: the host vouches for size bytes at error.
    public static unsafe Span<byte> Buffer(byte* error, nuint size) => error == null ? default : new Span<byte>(error, (int)Math.Min(size, LongestError));

    /// <summary>Writes one sentence.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="exception">What has happened.</param>
    /// <param name="id">The netdev to name in front; null: none.</param>
    /// <param name="remedy">What helps against an error that is ours.</param>
    /// <returns>A negative errno.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception that leaves an export kills the VM.")]
    public static int Write(Span<byte> buffer, Exception exception, string? id = null, string remedy = "")
    {
        try
        {
            string sentence = exception switch
            {
                OptionException => exception.Message,
                OutOfMemoryException => NoMemory,
                _ => $"internal error ({exception.GetType().Name}: {exception.Message}){remedy}",
            };
            Utf8Line.Write(buffer, id is null ? sentence : $"l2tpv3 netdev '{id}': {sentence}");
        }
        catch (Exception)
        {
            Utf8Line.Write(buffer, NoMemory);
        }

        return exception switch
        {
            OptionException option => -option.Errno,
            OutOfMemoryException => -LinuxConstants.ENOMEM,
            _ => -LinuxConstants.EIO,
        };
    }
}
