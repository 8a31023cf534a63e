// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Net.Sockets;

namespace EndToEnd.Guests;

/// <summary>
/// A guest with two virtio-net NICs, of which the second one's netdev has offload=off, and filters that tell the test what they see:
///
///     NIC -- filters -- netdev -- UDP on loopback -- Wire
///              |  ^
///              v  | unix sockets: length [, length of the vnet header], [vnet header,] frame
///            the test
/// </summary>
public sealed class FilteredGuest : IDisposable
{
    private static readonly GuestLink[] s_links = [new(0, "virtio-net-pci", Encapsulation.Udp4), new(1, "virtio-net-pci", Encapsulation.Udp4)];

    /// <summary>The filter's name, its netdev, and what it is told; `@` is its socket.</summary>
    private static readonly (string Name, int Link, string Options)[] s_filters =
    [
        ("plain", 0, "filter-mirror,queue=rx,outdev=@"),
        ("header", 0, "filter-mirror,queue=rx,outdev=@,vnet_hdr_support=on"),
        ("off", 1, "filter-mirror,queue=rx,outdev=@"),
        ("inject", 0, "filter-redirector,queue=rx,indev=@,vnet_hdr_support=on"),
        ("inject-plain", 0, "filter-redirector,queue=rx,indev=@"),
    ];

    private readonly NetworkNamespace _network = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);

    public FilteredGuest()
    {
        Wire = _network.Run(() => WirePeer.Udp("127.0.0.1", Link.Netdev(1).DestinationPort!.Value));
        Dictionary<string, Socket> listeners = s_filters.ToDictionary(filter => filter.Name, filter => Listen(filter.Name), StringComparer.Ordinal);
        Guest = new Guest(new QemuOptions
        {
            Plugin = true,
            Namespace = _network,
            Settings = $"require,{s_links[1].NetdevId}.offload=off",
            Arguments = [.. s_links.SelectMany(link => link.Arguments(1)), .. s_filters.SelectMany(Arguments)],
        });
        foreach ((string name, Socket listener) in listeners)
        {
            _streams.Add(name, new NetworkStream(listener.Accept(), ownsSocket: true) { ReadTimeout = (int)Timeouts.Guest.TotalMilliseconds });
            listener.Dispose();
        }

        foreach (GuestLink link in s_links)
        {
            link.Configure(Guest, 1);
        }

        Guest.TryRun("ping -c 1 -W 1 10.9.0.2; ping -c 1 -W 1 10.9.1.2");
    }

    public Guest Guest { get; }

    /// <summary>The link whose NIC has a vnet header.</summary>
    public GuestLink Link { get; } = s_links[0];

    /// <summary>The other end of its tunnel.</summary>
    public WirePeer Wire { get; }

    /// <summary>What a filter sends next, without its lengths.</summary>
    /// <param name="filter">Its name.</param>
    /// <param name="lengths">It is preceded by the packet's length, and by the vnet header's when there are two.</param>
    public (byte[] Packet, uint VnetHeader) Next(string filter, int lengths)
    {
        byte[] head = new byte[lengths * sizeof(uint)];
        _streams[filter].ReadExactly(head);
        byte[] packet = new byte[BinaryPrimitives.ReadUInt32BigEndian(head)];
        _streams[filter].ReadExactly(packet);
        return (packet, lengths == 2 ? BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(sizeof(uint))) : 0);
    }

    /// <summary>Gives a filter a packet with its lengths in front.</summary>
    public void Inject(string filter, byte[] packet, params IEnumerable<int> lengths)
    {
        byte[] head = new byte[sizeof(uint)];
        foreach (int length in lengths)
        {
            BinaryPrimitives.WriteInt32BigEndian(head, length);
            _streams[filter].Write(head);
        }

        _streams[filter].Write(packet);
    }

    public void Dispose()
    {
        Guest.Dispose();
        foreach (Stream stream in _streams.Values)
        {
            stream.Dispose();
        }

        Wire.Dispose();
        _directory.Dispose();
        _network.Dispose();
    }

    private string[] Arguments((string Name, int Link, string Options) filter) =>
    [
        "-chardev", $"socket,id=c-{filter.Name},path={_directory.File(filter.Name)}",
        "-object", $"{filter.Options.Replace("@", $"c-{filter.Name}", StringComparison.Ordinal)},id=f-{filter.Name},netdev={s_links[filter.Link].NetdevId}",
    ];

    private Socket Listen(string name)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_directory.File(name)));
        listener.Listen();
        return listener;
    }
}
