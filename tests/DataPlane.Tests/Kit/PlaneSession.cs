// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;
using System.Text.Json;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Exports;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Kit;

/// <summary>A session seen through the functions of l2tp_plane.h, as the shim sees it.</summary>
internal sealed unsafe class PlaneSession : IDisposable
{
    private void* _handle;

    private PlaneSession(void* handle, FakeHost host)
    {
        _handle = handle;
        Host = host;
    }

    public FakeHost Host { get; }

    /// <summary>The session itself, for tests that reach behind the functions.</summary>
    public Session Inner => SessionHandle.Get(_handle);

    public Counters Counters => Inner.Counters;

    public Captures Captures => Inner.Captures;

    public bool CanTransmit
    {
        get
        {
            delegate* unmanaged[Cdecl]<void*, int> function = &SessionExports.CanTransmit;
            return function(_handle) == 1;
        }
    }

    /// <summary>Opens a session in the lab's namespace.</summary>
    public static PlaneSession Open(Lab lab, FakeHost host, L2tpv3Netdev netdev, string? settings = null)
    {
        int result = TryOpen(lab, host, JsonSerializer.Serialize(netdev.Options()), settings, out PlaneSession? session, out string error);
        return session ?? throw new InvalidOperationException($"errno {-result}: {error}");
    }

    /// <summary>Opens a session from any text.</summary>
    public static int TryOpen(Lab lab, FakeHost host, string options, string? settings, out PlaneSession? session, out string error)
    {
        (int result, session, error) = lab.Run(() => TryOpen(host, options, settings));
        return result;
    }

    /// <summary>Opens a session on the calling thread, with its capabilities and in its namespace.</summary>
    public static int TryOpenHere(FakeHost host, string options, string? settings, out PlaneSession? session)
    {
        (int result, session, _) = TryOpen(host, options, settings);
        return result;
    }

    /// <summary>Makes a session around any datagram socket; what a UDP socket cannot show, a unix one can.</summary>
    public static PlaneSession Around(int descriptor, FakeHost host, string name = "n0") =>
        Around(descriptor, host, new SessionParameters { Carrier = Carrier.RawIpv6, TransmitSessionId = 1, ReceiveSessionId = 2 }, name);

    /// <summary>The same with a header of any kind.</summary>
    public static PlaneSession Around(int descriptor, FakeHost host, SessionParameters parameters, string name = "n0")
    {
        bool ipv6 = parameters.Carrier != Carrier.RawIpv4;
        SocketAddress any = AddressResolver.Resolve("src", ipv6 ? "::1" : "127.0.0.1", service: null, ipv6);
        SocketPlan plan = new() { Carrier = parameters.Carrier, Source = any, Destination = any, SourceCheck = true, Offload = true };
        DatagramSocket socket = new(descriptor, plan, connected: true);
        return new PlaneSession(SessionHandle.New(new Session(new GuestPort(host.Table), socket, plan, parameters, name)), host);
    }

    /// <summary>The guest sends a frame.</summary>
    /// <returns>What l2tp_session_transmit answered.</returns>
    public nint Transmit(ReadOnlySpan<byte> frame)
    {
        delegate* unmanaged[Cdecl]<void*, byte*, nuint, nint> function = &SessionExports.Transmit;
        fixed (byte* bytes = frame)
        {
            return function(_handle, bytes, (nuint)frame.Length);
        }
    }

    /// <summary>The guest sends a frame, and the bottom half comes.</summary>
    public void Send(byte[] frame) => Send([frame]);

    /// <summary>The guest sends frames, all of which are accepted, and the bottom half comes.</summary>
    public void Send(IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            Assert.Equal(frame.Length, Transmit(frame));
        }

        RunIfScheduled();
    }

    /// <summary>The guest sends a frame in pieces.</summary>
    public nint Transmit(iovec* pieces, int count)
    {
        delegate* unmanaged[Cdecl]<void*, iovec*, int, nint> function = &SessionExports.TransmitIov;
        return function(_handle, pieces, count);
    }

    /// <summary>The guest sends a frame in pieces of some bytes each, which lie apart and in no order, with empty ones in between.</summary>
    public nint TransmitInPieces(ReadOnlySpan<byte> frame, int size)
    {
        int count = (frame.Length + size - 1) / size;
        byte[] memory = new byte[count * (size + 1)];
        memory.AsSpan().Fill(0xEE);
        iovec[] pieces = new iovec[2 * count];
        fixed (byte* start = memory)
        fixed (iovec* first = pieces)
        {
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> piece = frame[(i * size)..Math.Min((i + 1) * size, frame.Length)];
                byte* place = start + ((count - 1 - i) * (size + 1));
                piece.CopyTo(new Span<byte>(place, size));
                first[2 * i] = new iovec { iov_base = place, iov_len = (nuint)piece.Length };
                first[(2 * i) + 1] = new iovec { iov_base = start };
            }

            return Transmit(first, pieces.Length);
        }
    }

    /// <summary>The guest's NIC sends a frame that has no vnet header, whatever was set.</summary>
    public nint TransmitRaw(ReadOnlySpan<byte> frame)
    {
        delegate* unmanaged[Cdecl]<void*, byte*, nuint, nint> function = &SessionExports.TransmitRaw;
        fixed (byte* bytes = frame)
        {
            return function(_handle, bytes, (nuint)frame.Length);
        }
    }

    /// <summary>What the NIC asks, for one length of the vnet header.</summary>
    public (bool HasHeader, bool HasLength, bool HasUso) AskForVnetHeader(int length)
    {
        delegate* unmanaged[Cdecl]<void*, int> hasHeader = &VnetExports.HasVnetHeader;
        delegate* unmanaged[Cdecl]<void*, int, int> hasLength = &VnetExports.HasVnetHeaderLength;
        delegate* unmanaged[Cdecl]<void*, int> hasUso = &VnetExports.HasUso;
        return (hasHeader(_handle) == 1, hasLength(_handle, length) == 1, hasUso(_handle) == 1);
    }

    /// <summary>The NIC sets the length of the vnet header, and then says what the guest's driver takes: L2TP_OFFLOAD_*.</summary>
    public void SetVnet(int headerLength, uint offloads)
    {
        delegate* unmanaged[Cdecl]<void*, int, void> setLength = &VnetExports.SetVnetHeaderLength;
        delegate* unmanaged[Cdecl]<void*, uint, void> setOffloads = &VnetExports.SetOffloads;
        setLength(_handle, headerLength);
        setOffloads(_handle, offloads);
    }

    /// <summary>A property's value, in a buffer of so many bytes; null: it cannot be read.</summary>
    public string? Get(string name, int room = 65_536)
    {
        delegate* unmanaged[Cdecl]<void*, byte*, byte*, nuint, nint> function = &PropertyExports.Get;
        byte[] text = new byte[room + 1];
        text[room] = 0xEE;
        fixed (byte* nameText = Encoding.UTF8.GetBytes(name + '\0'))
        fixed (byte* start = text)
        {
            nint length = function(_handle, nameText, start, (nuint)room);
            Assert.Equal(0xEE, text[room]);
            if (length == -LinuxConstants.ENOENT)
            {
                return null;
            }

            string value = Encoding.UTF8.GetString(text.AsSpan(0, text.AsSpan().IndexOf((byte)0)));
            Assert.Equal(Math.Min(length, room - 1), Encoding.UTF8.GetByteCount(value));
            return value;
        }
    }

    /// <summary>Changes a property.</summary>
    /// <returns>Empty, or why it is refused.</returns>
    public string Set(string name, string value)
    {
        delegate* unmanaged[Cdecl]<void*, byte*, byte*, byte*, nuint, int> function = &PropertyExports.Set;
        byte[] error = new byte[1024];
        fixed (byte* nameText = Encoding.UTF8.GetBytes(name + '\0'))
        fixed (byte* valueText = Encoding.UTF8.GetBytes(value + '\0'))
        fixed (byte* errorText = error)
        {
            int result = function(_handle, nameText, valueText, errorText, (nuint)error.Length);
            string message = Encoding.UTF8.GetString(error.AsSpan(0, error.AsSpan().IndexOf((byte)0)));
            Assert.Equal(result == 0, message.Length == 0);
            return message;
        }
    }

    public void SetLink(bool up)
    {
        delegate* unmanaged[Cdecl]<void*, int, void> function = &SessionExports.SetLink;
        function(_handle, up ? 1 : 0);
    }

    public void Readable()
    {
        delegate* unmanaged[Cdecl]<void*, void> function = &SessionExports.Readable;
        function(_handle);
    }

    public void Writable()
    {
        delegate* unmanaged[Cdecl]<void*, void> function = &SessionExports.Writable;
        function(_handle);
    }

    public void Timer()
    {
        delegate* unmanaged[Cdecl]<void*, void> function = &SessionExports.Timer;
        function(_handle);
    }

    public void Delivered(int size)
    {
        delegate* unmanaged[Cdecl]<void*, nint, void> function = &SessionExports.Delivered;
        function(_handle, size);
    }

    /// <summary>The host's event loop comes to the bottom half, if one was asked for.</summary>
    public void RunIfScheduled()
    {
        if (Host.IsScheduled)
        {
            Run();
        }
    }

    /// <summary>The bottom half, asked for or not.</summary>
    public void Run()
    {
        Host.IsScheduled = false;
        delegate* unmanaged[Cdecl]<void*, void> function = &SessionExports.Run;
        function(_handle);
    }

    /// <summary>The event loop sees the socket readable and says so; nothing when nothing comes.</summary>
    public bool ReadIfReadable(TimeSpan timeout)
    {
        if (!Host.WatchesRead || !SystemCalls.IsReadable(Host.WatchedDescriptor, timeout))
        {
            return false;
        }

        Readable();
        return true;
    }

    /// <summary>Reads until the guest has this many frames.</summary>
    public void ReadUntil(int frames)
    {
        while (Host.FrameCount < frames)
        {
            Assert.True(ReadIfReadable(Timeouts.Arrival), $"{Host.FrameCount} of {frames} frames arrived");
        }
    }

    /// <summary>Reads until this many datagrams have been refused.</summary>
    public void ReadUntilDropped(ulong drops)
    {
        while (Counters.TotalDrops(out _) < drops)
        {
            Assert.True(ReadIfReadable(Timeouts.Arrival), $"{Counters.TotalDrops(out _)} of {drops} datagrams came and were refused");
        }
    }

    public void Close()
    {
        if (_handle != null)
        {
            delegate* unmanaged[Cdecl]<void*, void> function = &PlaneExports.Close;
            function(_handle);
            _handle = null;
        }
    }

    public void Dispose() => Close();

    private static (int Result, PlaneSession? Session, string Error) TryOpen(FakeHost host, string options, string? settings)
    {
        delegate* unmanaged[Cdecl]<l2tp_session_config*, void**, byte*, nuint, int> function = &PlaneExports.Open;
        byte[] error = new byte[1024];
        fixed (byte* optionsText = Encoding.UTF8.GetBytes(options + '\0'))
        fixed (byte* settingsText = settings is null ? null : Encoding.UTF8.GetBytes(settings + '\0'))
        fixed (byte* errorText = error)
        {
            l2tp_session_config config = new()
            {
                size = (uint)sizeof(l2tp_session_config),
                abi_version = PlaneConstants.L2TP_PLANE_ABI_VERSION,
                options = optionsText,
                settings = settingsText,
                host = host.Table,
            };
            void* handle;
            int result = function(&config, &handle, errorText, (nuint)error.Length);
            string message = Encoding.UTF8.GetString(error.AsSpan(0, error.AsSpan().IndexOf((byte)0)));
            return (result, handle == null ? null : new PlaneSession(handle, host), message);
        }
    }
}
