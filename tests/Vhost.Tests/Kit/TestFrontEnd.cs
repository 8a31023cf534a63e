// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Vhost.Interop;

namespace Vhost.Tests.Kit;

/// <summary>The front-end's side of vhost-user, message by message, with the numbers of QEMU's docs/interop/vhost-user.rst.</summary>
internal sealed unsafe partial class TestFrontEnd : IDisposable
{
    public const uint NeedReply = 8;
    private const int DuplicateCloseOnExec = 1030;
    private const int ReadAndWrite = 2;
    public const int RingSize = 256;

    /// <summary>A ring's in-flight region: a header and entries of 16 bytes (vhost-user.rst), up to a cache line.</summary>
    public const int InflightBytes = 4160;

    public const ulong Version1 = 1UL << 32;
    public const ulong EventIndex = 1UL << 29;
    public const ulong Indirect = 1UL << 28;
    public const ulong Mergeable = 1UL << 15;
    public const ulong LogAll = 1UL << 26;
    public const ulong Protocol = 1UL << 30;
    public const ulong GuestOffloads = (1UL << 1) | (1UL << 7) | (1UL << 8);

    private readonly Action _run;
    private readonly Func<string> _log;
    private int _socket;
    private int _otherEnd;

    /// <summary>A front-end that is connected to nobody yet: <see cref="TakeOtherEnd"/>.</summary>
    /// <param name="run">Lets the program do what there is to do.</param>
    /// <param name="log">What the program has said.</param>
    public TestFrontEnd(Action run, Func<string> log)
        : this(run, log, -1)
    {
        int* pair = stackalloc int[2];
        Assert.Equal(0, MakePair(1, 1 | 0x80000, 0, pair));
        (_socket, _otherEnd) = (pair[0], pair[1]);
    }

    private TestFrontEnd(Action run, Func<string> log, int socket)
    {
        _run = run;
        _log = log;
        _socket = socket;
        _otherEnd = -1;
        Receive = new DriverRing(Ram, 0x1000, RingSize);
        Transmit = new DriverRing(Ram, 0x8000, RingSize);
    }

    public GuestRam Ram { get; } = new();

    public DriverRing Receive { get; }

    public DriverRing Transmit { get; }

    public FileDescriptor ReceiveKick { get; } = FileDescriptor.Event();

    public FileDescriptor TransmitKick { get; } = FileDescriptor.Event();

    public FileDescriptor ReceiveCall { get; } = FileDescriptor.Event();

    public FileDescriptor TransmitCall { get; } = FileDescriptor.Event();

    /// <summary>A front-end that is connected to a program's socket.</summary>
    public static TestFrontEnd Connect(string path, Action run, Func<string> log)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        int number = Libc.fcntl((int)socket.Handle, DuplicateCloseOnExec, 0);
        Assert.True(number >= 0);
        return new TestFrontEnd(run, log, number);
    }

    /// <summary>The end that a server gets.</summary>
    public int TakeOtherEnd()
    {
        int other = _otherEnd;
        _otherEnd = -1;
        return other;
    }

    /// <summary>Sends bytes as they are, with descriptors beside them.</summary>
    public void SendBytes(ReadOnlySpan<byte> bytes, params ReadOnlySpan<int> descriptors)
    {
        byte* control = stackalloc byte[128];
        fixed (byte* start = bytes)
        {
            iovec piece = new() { iov_base = start, iov_len = (nuint)bytes.Length };
            msghdr header = new() { msg_iov = &piece, msg_iovlen = 1 };
            if (!descriptors.IsEmpty)
            {
                *(cmsghdr*)control = new cmsghdr { cmsg_len = (nuint)(16 + (4 * descriptors.Length)), cmsg_level = 1, cmsg_type = 1 };
                descriptors.CopyTo(new Span<int>(control + 16, descriptors.Length));
                header.msg_control = control;
                header.msg_controllen = (nuint)(16 + (((4 * descriptors.Length) + 7) & ~7));
            }

            nint sent = Libc.sendmsg(_socket, &header, 0);
            Assert.True(sent == bytes.Length, $"{sent} of {bytes.Length} bytes are sent; the log: {_log()}");
        }
    }

    /// <summary>Sends a message and lets the server see it.</summary>
    public void Send(uint request, ReadOnlySpan<byte> payload, uint flags = 0, params ReadOnlySpan<int> descriptors)
    {
        byte[] bytes = new byte[12 + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, request);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), 1 | flags);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)payload.Length);
        payload.CopyTo(bytes.AsSpan(12));
        SendBytes(bytes, descriptors);
        _run();
    }

    /// <summary>Sends numbers of eight bytes.</summary>
    public void Send(uint request, params ReadOnlySpan<ulong> numbers) => Send(request, MemoryMarshal.AsBytes(numbers));

    /// <summary>Sends a number and a descriptor.</summary>
    public void SendFile(uint request, ulong number, int descriptor) => Send(request, BitConverter.GetBytes(number), 0, descriptor);

    /// <summary>Sends a message that wants an answer, and returns the answer's number.</summary>
    public ulong Ask(uint request, params ReadOnlySpan<ulong> numbers)
    {
        Send(request, MemoryMarshal.AsBytes(numbers), NeedReply);
        return Read().Number;
    }

    /// <summary>The next answer.</summary>
    public Answer Read()
    {
        long end = Environment.TickCount64 + (long)Timeouts.Arrival.TotalMilliseconds;
        Answer? answer = TryRead();
        while (answer is null && !HasEnded && Environment.TickCount64 < end)
        {
            _run();
            answer = TryRead();
        }

        return answer ?? throw new InvalidOperationException($"no answer; the log: {_log()}");
    }

    /// <summary>The next answer, if there is one.</summary>
    public Answer? TryRead()
    {
        byte* bytes = stackalloc byte[256];
        byte* control = stackalloc byte[64];
        new Span<byte>(control, 64).Clear();
        iovec piece = new() { iov_base = bytes, iov_len = 256 };
        msghdr header = new() { msg_iov = &piece, msg_iovlen = 1, msg_control = control, msg_controllen = 64 };
        nint count = Libc.recvmsg(_socket, &header, LinuxConstants.MSG_DONTWAIT);
        if (count <= 0)
        {
            HasEnded = count == 0;
            return null;
        }

        ReadOnlySpan<uint> words = new(bytes, 3);
        Assert.Equal(12 + (nint)words[2], count);
        int descriptor = ((cmsghdr*)control)->cmsg_len == 0 ? -1 : *(int*)(control + 16);
        return new Answer(words[0], words[1], new ReadOnlySpan<byte>(bytes + 12, (int)words[2]).ToArray(), descriptor);
    }

    /// <summary>Bytes that are there, whatever they mean.</summary>
    public byte[] ReadBytes()
    {
        byte[] bytes = new byte[256];
        fixed (byte* start = bytes)
        {
            iovec piece = new() { iov_base = start, iov_len = (nuint)bytes.Length };
            msghdr header = new() { msg_iov = &piece, msg_iovlen = 1 };
            nint count = Libc.recvmsg(_socket, &header, LinuxConstants.MSG_DONTWAIT);
            HasEnded |= count == 0;
            return bytes[..(int)Math.Max(count, 0)];
        }
    }

    /// <summary>The server has closed the connection.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The server closes the connection.</summary>
    public void AssertEnds(string why)
    {
        long end = Environment.TickCount64 + (long)Timeouts.Arrival.TotalMilliseconds;
        while (!HasEnded && Environment.TickCount64 < end)
        {
            _run();
            while (TryRead() is not null)
            {
            }
        }

        Assert.True(HasEnded, $"the connection is open; the log: {_log()}");
        Assert.Contains(why, _log(), StringComparison.Ordinal);
    }

    /// <summary>The usual beginning, up to rings that run.</summary>
    public void Start(ulong features = Version1 | Mergeable | EventIndex | Indirect, bool starts = true)
    {
        Send(2, features | Protocol);
        Send(16, (ulong)0x1901f);
        Send(3);
        SendMemory();
        for (uint index = 0; index < 2; index++)
        {
            SetRing(index);
            if (starts)
            {
                StartRing(index);
            }
        }
    }

    /// <summary>SET_MEM_TABLE with all of the memory.</summary>
    public void SendMemory() => Send(5, MemoryMarshal.AsBytes<ulong>([1, GuestRam.GuestAddress, (ulong)Ram.Size, GuestRam.UserAddress, 0]), 0, Ram.Descriptor);

    /// <summary>Size, base and addresses of a ring.</summary>
    public void SetRing(uint index)
    {
        Send(8, index | ((ulong)RingSize << 32));
        Send(10, (ulong)index);
        SetAddresses(index);
    }

    /// <summary>SET_VRING_ADDR.</summary>
    public void SetAddresses(uint index, ulong flags = 0, ulong log = 0)
    {
        DriverRing ring = index == 0 ? Receive : Transmit;
        Send(9, index | (flags << 32), ring.DescriptorsAt, ring.UsedAt, ring.AvailableAt, log);
    }

    /// <summary>Call, kick and enable of a ring.</summary>
    public void StartRing(uint index)
    {
        SendFile(13, index, (index == 0 ? ReceiveCall : TransmitCall).Number);
        SendFile(12, index, (index == 0 ? ReceiveKick : TransmitKick).Number);
        Send(18, index | (1UL << 32));
    }

    /// <summary>GET_VRING_BASE.</summary>
    public ushort Stop(uint index)
    {
        Send(11, (ulong)index);
        Answer answer = Read();
        Assert.Equal(11u, answer.Request);
        Assert.Equal(index, (uint)answer.Number);
        return (ushort)(answer.Number >> 32);
    }

    /// <summary>The guest sends a frame: one chain of header and frame, and a kick.</summary>
    public void SendFrame(ReadOnlySpan<byte> frame, int offset = 0x40_000, int headerLength = 12)
    {
        Ram.At(offset, headerLength).Clear();
        frame.CopyTo(Ram.At(offset + headerLength, frame.Length));
        Transmit.Add(new RingBuffer(GuestRam.GuestAddress + (ulong)offset, (uint)(headerLength + frame.Length)));
        TransmitKick.Signal();
    }

    /// <summary>The guest gives a buffer for a frame.</summary>
    public void AddBuffer(int offset, uint size)
    {
        Receive.Add(new RingBuffer(GuestRam.GuestAddress + (ulong)offset, size, DriverRing.WriteFlag));
        ReceiveKick.Signal();
    }

    /// <summary>Events of a call descriptor since the last look.</summary>
    public static ulong Interrupts(FileDescriptor call)
    {
        ulong count = 0;
        return VhostLibc.read(call.Number, &count, sizeof(ulong)) == sizeof(ulong) ? count : 0;
    }

    public void Dispose()
    {
        foreach (int number in (int[])[_socket, _otherEnd])
        {
            // close(2) alone ends nothing while a program that another test starts has a copy: from fork(2) until exec(2).
            _ = number >= 0 ? ShutDown(number, ReadAndWrite) + Libc.close(number) : 0;
        }

        _socket = _otherEnd = -1;
        ReceiveKick.Dispose();
        TransmitKick.Dispose();
        ReceiveCall.Dispose();
        TransmitCall.Dispose();
        Ram.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int ShutDown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int MakePair(int domain, int type, int protocol, int* pair);
}

/// <summary>An answer: what it answers, its payload, and the descriptor that came with it, or -1.</summary>
internal sealed record Answer(uint Request, uint Flags, byte[] Payload, int Descriptor)
{
    public ulong Number => BinaryPrimitives.ReadUInt64LittleEndian(Payload);
}
