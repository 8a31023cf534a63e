// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Properties;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Control;

/// <summary>Somebody who asks. No call waits, and no more is kept than some lines and one answer.</summary>
/// <param name="socket">The connection; the client's from now on.</param>
/// <param name="patienceMs">How long it may take for its next line, and for reading the answer.</param>
internal sealed unsafe class ControlClient(FileDescriptor socket, int patienceMs) : IDisposable
{
    /// <summary>A property's name and value, also one that is too long, so that the property says so.</summary>
    public const int LongestLine = PropertyTable.LongestValue * 2;

    private readonly byte[] _lines = new byte[LongestLine];
    private int _received;
    private byte[] _answer = [];
    private int _sent;

    /// <summary>What to poll.</summary>
    public int Descriptor => socket.Number;

    /// <summary>When it has had its time: milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; private set; } = Environment.TickCount64 + patienceMs;

    /// <summary>A part of an answer waits for room.</summary>
    public bool IsSending => _sent != _answer.Length;

    /// <summary>There is a request to answer, once the answer before has been sent.</summary>
    public bool HasLine { get; private set; }

    /// <summary>Takes what is there, or sends what waits.</summary>
    /// <returns>False: the connection has come to its end.</returns>
    public bool Continue()
    {
        if (IsSending)
        {
            return Send();
        }

        // What it has sent beyond a whole line can wait.
        return HasLine || Receive();
    }

    /// <summary>Answers one line, of those that have come.</summary>
    /// <param name="request">Answers.</param>
    /// <returns>False: the connection has come to its end.</returns>
    public bool AnswerLine(ControlRequest request)
    {
        int end = _lines.AsSpan(0, _received).IndexOf((byte)'\n');
        if (end < 0)
        {
            // It has no end. Only the sentence is still for the client, and there is room for that.
            _answer = ControlRequest.Refuse($"a request has at most {LongestLine - 1} bytes, and a newline at its end");
            _sent = 0;
            _ = Send();
            return false;
        }

        _answer = request.Answer(_lines.AsSpan(0, end));
        _sent = 0;
        _received -= end + 1;
        _lines.AsSpan(end + 1, _received).CopyTo(_lines);
        HasLine = _lines.AsSpan(0, _received).Contains((byte)'\n');
        Deadline = Environment.TickCount64 + patienceMs;
        return Send();
    }

    public void Dispose() => socket.Dispose();

    /// <summary>A line without its end is none, also at the end of the connection: half of a value would be another value.</summary>
    private bool Receive()
    {
        // SAFETY: the array holds still while the kernel writes behind what it has. There is room: a full one counts as a line.
        fixed (byte* room = &_lines[_received])
        {
            nint count = VhostLibc.read(socket.Number, room, (nuint)(LongestLine - _received));
            _received += (int)Math.Max(count, 0);
            HasLine = _received == LongestLine || _lines.AsSpan(0, _received).Contains((byte)'\n');
            return count > 0 || (count < 0 && IsForLater());
        }
    }

    private bool Send()
    {
        // SAFETY: an answer is never empty, and what was sent whole is not sent again. The kernel copies it.
        fixed (byte* rest = &_answer[_sent])
        {
            nint count = VhostLibc.send(socket.Number, rest, (nuint)(_answer.Length - _sent), LinuxConstants.MSG_NOSIGNAL | LinuxConstants.MSG_DONTWAIT);
            _sent += (int)Math.Max(count, 0);
            return count >= 0 || IsForLater();
        }
    }

    private static bool IsForLater() => Marshal.GetLastPInvokeError() is LinuxConstants.EAGAIN or LinuxConstants.EINTR;
}
