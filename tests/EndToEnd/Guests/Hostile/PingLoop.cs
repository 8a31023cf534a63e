// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Guests.Hostile;

/// <summary>
/// Pings an address from a namespace, some twenty times a second, until it is stopped (RFC 792). A machine that emulates a flooding
/// guest answers late, so each answer is waited for long; ping(8) takes an answer for lost that comes twice as late as the others.
/// </summary>
internal sealed class PingLoop : IDisposable
{
    private const int IpHeader = 20;
    private const int EchoRequest = 8;
    private const int SequencePlace = 6;
    private const int Most = 65_536;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly bool[] _answered = new bool[Most];
    private readonly byte[] _buffer = new byte[256];
    private readonly Thread _thread;
    private volatile bool _ends;

    /// <summary>Begins.</summary>
    public PingLoop(NetworkNamespace network, string address)
    {
        _socket = network.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp));
        _socket.Connect(new IPEndPoint(IPAddress.Parse(address), 0));
        _thread = new Thread(Ping) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How many were sent.</summary>
    public int Sent { get; private set; }

    /// <summary>How many were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Stops, and waits for the last answer; the counts are right then.</summary>
    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Ping()
    {
        while (!_ends && Sent < Most)
        {
            _socket.Send(Request(Sent++));
            Listen(s_interval, untilAll: false);
        }

        Listen(s_patience, untilAll: true);
    }

    private void Listen(TimeSpan time, bool untilAll)
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        while (elapsed.Elapsed < time && !(untilAll && Answered == Sent))
        {
            if (_socket.Poll(s_look, SelectMode.SelectRead))
            {
                Take(_buffer.AsSpan(0, _socket.Receive(_buffer)));
            }
        }
    }

    /// <summary>An answer has type 0, and the rest of its request.</summary>
    private void Take(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> message = packet[IpHeader..];
        int sequence = BinaryPrimitives.ReadUInt16BigEndian(message[SequencePlace..]);
        if (message[0] == 0 && sequence < Sent && !_answered[sequence])
        {
            _answered[sequence] = true;
            Answered++;
        }
    }

    /// <summary>Type, code, checksum, identifier 0, sequence number; the sum of all is then 0xffff.</summary>
    private static byte[] Request(int sequence)
    {
        byte[] message = new byte[56];
        message[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(SequencePlace), (ushort)sequence);
        int sum = (EchoRequest << 8) + sequence;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)~((sum & 0xffff) + (sum >> 16)));
        return message;
    }
}
