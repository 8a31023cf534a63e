// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Benchmarks.Traffic;

/// <summary>
/// QEMU's stream netdev on a unix socket: each frame with its length in front, as many in one read(2) of QEMU as its
/// buffer of 68 KiB holds. That makes it the cheapest way into the hub. It only sends.
/// </summary>
internal sealed class StreamPort : Port
{
    private const int LengthSize = 4;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _path;
    private Socket? _connection;

    /// <summary>Listens; QEMU connects while it starts.</summary>
    public StreamPort(string path)
    {
        _path = path;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _listener.Blocking = false;
    }

    public override string Netdev => $"stream,server=off,addr.type=unix,addr.path={_path}";

    public override IFrameSource OpenSource(ReadOnlySpan<byte> frame) =>
        new StreamSource(_connection ?? throw new InvalidOperationException("QEMU has not connected"), Record(frame));

    public override IFrameSource OpenSingleSource(ReadOnlySpan<byte> frame)
    {
        throw new NotSupportedException("a stream is for many frames at once");
    }

    public override IFrameSink OpenSink(int frameSize)
    {
        throw new NotSupportedException("a stream is for frames that QEMU transmits");
    }

    public override void Send(ReadOnlySpan<byte> frame)
    {
        if (_connection is null && !_listener.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            return;
        }

        _connection ??= _listener.Accept();
        _connection.Blocking = true;
        byte[] record = Record(frame);
        if (_connection.Send(record) != record.Length)
        {
            throw new IOException("half a record was sent");
        }

        _connection.Blocking = false;
    }

    public override byte[]? Receive(TimeSpan timeout)
    {
        throw new NotSupportedException("a stream is for frames that QEMU transmits");
    }

    protected override void Dispose(bool disposing)
    {
        _connection?.Dispose();
        _listener.Dispose();
        File.Delete(_path);
    }

    private static byte[] Record(ReadOnlySpan<byte> frame)
    {
        byte[] record = new byte[LengthSize + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(record, frame.Length);
        frame.CopyTo(record.AsSpan(LengthSize));
        return record;
    }
}
