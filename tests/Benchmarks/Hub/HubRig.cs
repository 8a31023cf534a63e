// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using Benchmarks.Traffic;

namespace Benchmarks.Hub;

/// <summary>A QEMU without a guest whose hub connects two netdevs, and the bench's ends of both: the picture is at HubBench.</summary>
internal sealed class HubRig : IDisposable
{
    private const int ProbeSize = 60;
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(10);

    private readonly Belongings _belongings = new();

    /// <summary>Starts QEMU, and returns when frames pass.</summary>
    /// <param name="options">Which QEMU.</param>
    /// <param name="backend">The netdev under test.</param>
    /// <param name="direction">Which way frames are to pass.</param>
    /// <param name="guest">The end that stands for the guest; owned by the rig from now on.</param>
    public HubRig(CommonOptions options, Backend backend, Direction direction, Port guest)
    {
        Guest = _belongings.Add(guest);
        try
        {
            Wire = _belongings.Add(OpenWire(backend));
            Qemu = _belongings.Add(StartQemu(options, backend == Backend.Ours, Wire.Netdev, guest.Netdev));
            (Port from, Port to) = Ends(direction);
            WaitUntilFramesPass(from, to);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The end that stands for the guest.</summary>
    public Port Guest { get; }

    /// <summary>The far end of the netdev under test.</summary>
    public Port Wire { get; }

    public QemuProcess Qemu { get; }

    /// <summary>Where frames go in and where they come out.</summary>
    public (Port From, Port To) Ends(Direction direction) => direction == Direction.Transmit ? (Guest, Wire) : (Wire, Guest);

    /// <summary>Two locally administered addresses, an EtherType nobody handles (IEEE 802 local experimental 1), a counting payload.</summary>
    public static byte[] Frame(int size)
    {
        byte[] frame = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, .. Enumerable.Range(14, size - 14).Select(i => (byte)i)];
        return frame;
    }

    public void Dispose() => _belongings.Dispose();

    private static QemuProcess StartQemu(CommonOptions options, bool plugin, string wire, string guest) => QemuProcess.Start(new QemuOptions
    {
        Binary = options.Qemu,
        Plugin = plugin,
        Settings = QemuLaunch.Settings(options),
        Launcher = QemuLaunch.On(Cpus.Qemu),
        Arguments =
        [
            "-netdev", $"{wire},id=wire", "-netdev", "hubport,id=h0,hubid=0,netdev=wire",
            "-netdev", $"{guest},id=guest", "-netdev", "hubport,id=h1,hubid=0,netdev=guest",
        ],
    });

    private static Port OpenWire(Backend backend) => backend switch
    {
        Backend.Tap => new TapPort("wire0"),
        Backend.Dgram => new DgramPort(),
        _ => new L2tpPort(),
    };

    /// <summary>Until QEMU is up; and proof that what is counted later is the frame that was sent.</summary>
    private void WaitUntilFramesPass(Port from, Port to)
    {
        byte[] frame = Frame(ProbeSize);
        long start = Stopwatch.GetTimestamp();
        byte[]? received;
        do
        {
            if (Qemu.HasExited || Stopwatch.GetElapsedTime(start) > s_startTimeout)
            {
                throw new InvalidOperationException($"no frame came through {Qemu.CommandLine}\n{Qemu.StandardError}");
            }

            from.Send(frame);
            received = to.Receive(s_probeInterval);
        }
        while (received is null || !received.AsSpan().SequenceEqual(frame));

        from.StopListening();
        to.StopListening();
    }
}
