// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using System.Text;
using L2tpv3.DataPlane;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Control;

/// <summary>Somebody who asks. It never blocks: a request may come in parts, and whoever does not read an answer is cut off.</summary>
internal sealed class ControlClient : IDisposable
{
    /// <summary>A property's longest name and value, and some.</summary>
    private const int LongestLine = 8192;

    private readonly FileDescriptor _socket;
    private readonly byte[] _line = new byte[LongestLine];
    private int _length;

    /// <summary>Takes a connected socket over.</summary>
    public ControlClient(FileDescriptor socket)
    {
        _socket = socket;
    }

    /// <summary>What to poll.</summary>
    public int Descriptor => _socket.Number;

    /// <summary>Reads what is there, and answers what is whole.</summary>
    /// <returns>False when the client is done with.</returns>
    public bool Handle(Session session)
    {
        int count = _socket.Read(_line.AsSpan(_length));
        if (count <= 0)
        {
            return count < 0 && Marshal.GetLastPInvokeError() is VhostConstants.EAGAIN or VhostConstants.EINTR;
        }

        _length += count;
        int end = _line.AsSpan(0, _length).IndexOf((byte)'\n');
        while (end >= 0)
        {
            byte[] answer = Encoding.UTF8.GetBytes(ControlRequest.Answer(session, Encoding.UTF8.GetString(_line, 0, end)) + "\n");
            if (_socket.Write(answer) != answer.Length)
            {
                return false;
            }

            _length -= end + 1;
            Array.Copy(_line, end + 1, _line, 0, _length);
            end = _line.AsSpan(0, _length).IndexOf((byte)'\n');
        }

        return _length < LongestLine;
    }

    public void Dispose() => _socket.Dispose();
}
