// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace FrontEnd.Tests;

/// <summary>
/// The other side of the socket, without rings: it writes down what the front end asks for, and says what the test has told it to. It
/// sends and receives with a second driver, whose memory is at hand for a file that an answer needs.
/// </summary>
internal sealed class FakeBackend : IDisposable
{
    private const int HeaderSize = 12;
    private const uint Version = 1;
    private const uint Reply = 4;
    private const uint NeedReply = 8;

    private readonly Dictionary<VhostUserRequest, byte[]> _answers;
    private readonly VhostDriver _channel = new(VhostOptions.Default);
    private readonly List<Message> _messages = [];
    private readonly List<byte> _bytes = [];
    private readonly Thread _thread;
    private Exception? _failure;

    /// <summary>Listens.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="answers">What is said to a request. To others nothing is, but an acknowledgement if they ask for it.</param>
    public FakeBackend(string path, Dictionary<VhostUserRequest, byte[]> answers)
    {
        _answers = answers;
        _channel.Listen(path);
        _thread = new Thread(Serve);
        _thread.Start();
    }

    /// <summary>The file that comes with the answer to GET_INFLIGHT_FD.</summary>
    public Span<byte> InflightFile => _channel.Memory(0);

    /// <summary>All requests, once the front end has closed the socket.</summary>
    public IReadOnlyList<Message> Messages()
    {
        Assert.True(_thread.Join(Timeouts.Arrival));
        Assert.Null(_failure);
        return _messages;
    }

    public void Dispose()
    {
        _ = _thread.Join(Timeouts.Arrival);
        _channel.Dispose();
    }

    private void Serve()
    {
        try
        {
            _channel.Accept();
            while (ReadMessage() is Message message)
            {
                _messages.Add(message);
                Answer(message);
            }
        }
        catch (IOException exception)
        {
            _failure = exception;
        }
    }

    private Message? ReadMessage()
    {
        byte[]? header = Read(HeaderSize);
        return header is null
            ? null
            : new Message((VhostUserRequest)Word(header, 0), Word(header, 4), Read((int)Word(header, 8)) ?? []);
    }

    private void Answer(Message message)
    {
        if (_answers.TryGetValue(message.Request, out byte[]? payload))
        {
            Send(message.Request, payload);
        }
        else if ((message.Flags & NeedReply) != 0)
        {
            Send(message.Request, new byte[8]);
        }
    }

    private void Send(VhostUserRequest request, byte[] payload)
    {
        byte[] message = [.. Bytes((uint)request), .. Bytes(Version | Reply), .. Bytes((uint)payload.Length), .. payload];
        if (request == VhostUserRequest.GetInflightFd)
        {
            _channel.Send(message, _channel.RegionDescriptor(0));
        }
        else
        {
            _channel.Send(message);
        }
    }

    private byte[]? Read(int count)
    {
        while (_bytes.Count < count)
        {
            byte[] more = _channel.ReceiveMessage(Timeouts.Arrival) ?? throw new IOException("the front end says nothing");
            if (more.Length == 0)
            {
                return null;
            }

            _bytes.AddRange(more);
        }

        byte[] result = [.. _bytes[..count]];
        _bytes.RemoveRange(0, count);
        return result;
    }

    private static uint Word(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    private static byte[] Bytes(uint value) => BitConverter.GetBytes(value);
}

/// <summary>A request as it came.</summary>
internal sealed record Message(VhostUserRequest Request, uint Flags, byte[] Payload)
{
    public override string ToString() => $"{Request} {Flags:x} {Convert.ToHexStringLower(Payload)}";
}
