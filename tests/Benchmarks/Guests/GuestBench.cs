// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;
using Benchmarks.Report;

namespace Benchmarks.Guests;

/// <summary>
/// The whole: iperf3 and ping from one guest to another.
///
///     guest 1 ── virtio-net ── netdev ═══ loopback, or bridge ═══ netdev ── virtio-net ── guest 2
///     iperf3 -c, ping                                                                 iperf3 -s
///
/// Each QEMU has a CPU of its own. Under TCG most of the time is the guests' own code, so ratios are
/// smaller than under KVM. Each round boots new guests; backends take turns within a round.
/// </summary>
internal sealed class GuestBench(GuestOptions options, Action<string> progress)
{
    private readonly Dictionary<(Backend Backend, GuestCase Case), List<GuestMeasurement>> _streams = [];
    private readonly Dictionary<Backend, List<double>> _pings = [];

    public IReadOnlyList<GuestResult> Run()
    {
        GuestCase[] cases = [.. options.IpVersions.SelectMany(version => options.Streams.Select(streams => new GuestCase(version, streams)))];
        foreach (Backend backend in options.Common.Backends)
        {
            _pings[backend] = [];
            foreach (GuestCase guestCase in cases)
            {
                _streams[(backend, guestCase)] = [];
            }
        }

        for (int round = 1; round <= options.Common.Rounds; round++)
        {
            foreach (Backend backend in options.Common.Backends)
            {
                progress($"round {round} of {options.Common.Rounds}: {backend}");
                Measure(backend, cases);
            }
        }

        return [.. options.Common.Backends.Select(backend => new GuestResult(
            backend,
            [.. cases.Select(guestCase => new GuestCaseResult(guestCase, _streams[(backend, guestCase)]))],
            _pings[backend]))];
    }

    private void Measure(Backend backend, GuestCase[] cases)
    {
        using BenchLink link = new(backend);
        using Guest client = Start(1, Cpus.FirstGuest, backend, link);
        using Guest server = Start(2, Cpus.SecondGuest, backend, link);
        server.ServeIperf();
        foreach (int version in options.IpVersions)
        {
            // Addresses are checked for duplicates and ARP is asked before the first answer comes.
            _ = client.Run($"for i in $(seq 30); do ping -c 1 -W 1 {Server(version)} >/dev/null && exit 0; done; exit 1");
        }

        _pings[backend].Add(Ping(client));
        foreach (GuestCase guestCase in cases)
        {
            _streams[(backend, guestCase)].Add(Stream(client, server, guestCase));
        }
    }

    private Guest Start(int number, string cpus, Backend backend, BenchLink link) => new(
        new QemuOptions
        {
            Binary = options.Common.Qemu,
            Plugin = backend == Backend.Ours,
            Settings = QemuLaunch.Settings(options.Common),
            Launcher = QemuLaunch.On(cpus),
            Arguments =
            [
                "-append", $"console=ttyS0 quiet no_timer_check l2tp.ip=10.9.0.{number}/24 l2tp.ip=fd00:9::{number}/64",
                "-netdev", $"{link.Netdev(number)},id=n0",
                "-device", $"virtio-net-pci,netdev=n0,mac=52:54:00:00:00:0{number}",
            ],
        },
        GuestImage.On(options.Accelerator, options.Image.FullName));

    private static string Server(int ipVersion) => ipVersion == 4 ? "10.9.0.2" : "fd00:9::2";

    private double Ping(Guest client)
    {
        // "64 bytes from 10.9.0.2: seq=7 ttl=64 time=0.431 ms"
        string output = client.Run($"ping -c 1000 -i 0.002 {Server(options.IpVersions[0])}");
        return output.Split('\n')
            .Select(line => line.Split("time="))
            .Where(parts => parts.Length == 2)
            .Median(parts => double.Parse(parts[1].Split(' ')[0], CultureInfo.InvariantCulture));
    }

    private GuestMeasurement Stream(Guest client, Guest server, GuestCase guestCase)
    {
        string command = string.Create(
            CultureInfo.InvariantCulture,
            $"iperf3 -J -i 0 -c {Server(guestCase.IpVersion)} -P {guestCase.Streams} -t {options.Window.TotalSeconds:0}");
        CpuMeter[] meters = [new CpuMeter(client.Qemu.Id), new CpuMeter(server.Qemu.Id)];
        string output = client.Run(command, options.Window);
        double cpu = meters.Sum(meter => meter.Cpu.TotalSeconds);
        double main = meters.Sum(meter => meter.Main.TotalSeconds);
        double waited = meters.Sum(meter => meter.Waited.TotalSeconds);

        using JsonDocument report = JsonDocument.Parse(output);
        JsonElement end = report.RootElement.GetProperty("end");
        JsonElement received = end.GetProperty("sum_received");
        double gigabytes = received.GetProperty("bytes").GetDouble() / 1e9;
        return new GuestMeasurement(
            received.GetProperty("bits_per_second").GetDouble() / 1e6,
            cpu / gigabytes,
            main / gigabytes,
            end.GetProperty("sum_sent").GetProperty("retransmits").GetInt64(),
            waited / options.Window.TotalSeconds);
    }
}
