// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.Guests;

/// <summary>
/// The guest's command port (scripts/guest-init says how it talks): a line is run by a shell, and its output ends with
/// the byte 0x1e, the exit status and a newline. The same comes once at the start and means: booted.
/// </summary>
internal sealed class GuestConsole : IDisposable
{
    private const char EndOfOutput = '\u001e';

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[4096];

    public GuestConsole(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
    }

    public void WaitForBoot(TimeSpan timeout)
    {
        _ = ReadOutput(timeout);
    }

    /// <summary>Runs a command that must succeed, and returns what it printed.</summary>
    public string Run(string command, TimeSpan timeout)
    {
        _ = _socket.Send(Encoding.ASCII.GetBytes(command + "\n"));
        (string output, int status) = ReadOutput(timeout);
        return status == 0
            ? output
            : throw new InvalidOperationException($"the guest's '{command}' ended with status {status}: {output}");
    }

    public void Dispose()
    {
        _socket.Dispose();
    }

    private (string Output, int Status) ReadOutput(TimeSpan timeout)
    {
        _socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
        StringBuilder text = new();
        int end = -1;
        while (end < 0 || text[^1] != '\n')
        {
            int length = _socket.Receive(_buffer);
            if (length == 0)
            {
                throw new EndOfStreamException("the guest is gone");
            }

            _ = text.Append(Encoding.ASCII.GetString(_buffer, 0, length));
            end = text.ToString().IndexOf(EndOfOutput, StringComparison.Ordinal);
        }

        string all = text.ToString();
        return (all[..end], int.Parse(all[(end + 1)..], CultureInfo.InvariantCulture));
    }
}
