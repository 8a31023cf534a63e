// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Guests;
using EndToEnd.Observation;

namespace EndToEnd.Vhost;

/// <summary>
/// The tunnel of the tests with l2tpv3-vhost, and the guest at its other end. A test brings the program, and the first guest:
///
///     first guest -- virtio-net -- vhost-user -- l2tpv3-vhost -- loopback -- plugin -- virtio-net -- second guest
/// </summary>
public sealed class VhostGuests : IDisposable
{
    /// <summary>The first guest's NIC.</summary>
    public const string Mac = "52:54:00:0a:00:01";

    /// <summary>The first guest's address.</summary>
    public const string Address = "10.10.0.1";

    /// <summary>The second guest's address.</summary>
    public const string PeerAddress = "10.10.0.2";

    private const string PeerMac = "52:54:00:0a:00:02";

    private readonly Belongings _belongings = new();
    private readonly StatProgram _statistics;
    private readonly NetworkNamespace _network;
    private readonly L2tpv3Netdev _netdev = new() { SourcePort = 1701, DestinationPort = 1702, Cookie = CookieSize.Bits64, TransmitCookie = 1, ReceiveCookie = 2 };
    private readonly Lazy<Guest> _pluggable;

    /// <summary>Boots the second guest.</summary>
    public VhostGuests()
    {
        _statistics = _belongings.Add(new StatProgram());
        _network = _belongings.Add(new NetworkNamespace());
        try
        {
            L2tpv3Netdev netdev = _netdev.OtherEnd();
            Peer = _belongings.Add(new Guest(new QemuOptions
            {
                Plugin = true,
                Namespace = _network,
                Arguments = ["-netdev", netdev.ToString(), "-device", $"virtio-net-pci,netdev={netdev.Id},mac={PeerMac}"],
            }));
            Peer.Configure(PeerMac, PeerAddress + "/24");
            Peer.ServeIperf();
        }
        catch
        {
            Dispose();
            throw;
        }

        _pluggable = new Lazy<Guest>(() => _belongings.Add(new Guest(new QemuOptions { Arguments = VhostProcess.SharedMemory })));
    }

    /// <summary>The second guest.</summary>
    public Guest Peer { get; }

    /// <summary>A first guest without a NIC: a test plugs one in, and takes it out again. It is booted once.</summary>
    public Guest Pluggable => _pluggable.Value;

    /// <summary>The program, as a test wants it.</summary>
    public VhostProcess Program(bool isStarted = true) => new(_network, _netdev, $"stats={_statistics.Pages}", isStarted);

    /// <summary>A first guest with a NIC from the start, which is not set up yet.</summary>
    public static Guest Boot(VhostProcess vhost, string device = "") => new(new QemuOptions { Arguments = vhost.Arguments(Mac, device) });

    /// <summary>The same, set up.</summary>
    public static Guest Start(VhostProcess vhost, string device = "")
    {
        Guest guest = Boot(vhost, device);
        try
        {
            Configure(guest);
            return guest;
        }
        catch
        {
            guest.Dispose();
            throw;
        }
    }

    /// <summary>Sets up the first guest's NIC.</summary>
    public static void Configure(Guest first) => first.Configure(Mac, Address + "/24");

    /// <summary>Each guest pings the other.</summary>
    public void AssertPings(Guest first, VhostProcess vhost)
    {
        try
        {
            GuestPair.AssertPings(first, PeerAddress);
            GuestPair.AssertPings(Peer, Address);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"no ping; l2tpv3-vhost has said:\n{vhost.Log}\nQEMU: {first.Qemu.StandardError}", exception);
        }
    }

    /// <summary>More frames than the rings have descriptors go both ways; none is lost, and no descriptor is.</summary>
    public void AssertNothingIsLost(Guest first, VhostProcess vhost)
    {
        const int pings = 600;
        AssertPings(first, vhost);
        SessionFigures before = SessionFigures.Read(_statistics);
        int answers = first.EchoReplies();
        first.TryRun(string.Create(CultureInfo.InvariantCulture, $"ping -q -c {pings} -i 0.002 -W 2 {PeerAddress}"));
        Eventually.IsTrue(() => first.EchoReplies() - answers >= pings, $"{pings} answers; drops {before.Drops}, {SessionFigures.Read(_statistics).Drops}");
        SessionFigures after = SessionFigures.Read(_statistics);

        Assert.Equal(before.Drops, after.Drops);
        Assert.InRange(after.Transmitted - before.Transmitted, pings, long.MaxValue);
        Assert.InRange(after.Received - before.Received, pings, long.MaxValue);
        RingIndexes.AssertAllUsed(first.Qemu);
        AssertPings(first, vhost);
    }

    public void Dispose() => _belongings.Dispose();
}

/// <summary>The test classes that name it run one after the other, on the same second guest.</summary>
[CollectionDefinition(nameof(VhostGuests))]
public sealed class VhostGuestsDefinition : ICollectionFixture<VhostGuests>;
