// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Flight;
using Benchmarks.Guests;
using Benchmarks.Hub;
using Benchmarks.Offload;
using Benchmarks.Vhost;

namespace Benchmarks.Report;

/// <summary>All benches in short, from what they have written. A bench that has not run is left out.</summary>
internal sealed record Summary(IReadOnlyList<SummarySection> Sections, IReadOnlyList<Machine> Machines)
{
    public const string ChartName = "chart.svg";

    public static Summary Read(DirectoryInfo directory)
    {
        List<SummarySection> sections = [];
        List<Machine> machines = [];
        Add<HubResult>(HubCommand.Name, Hub);
        Add<FlightResult>(FlightCommand.Name, Flight);
        Add<GuestResult>(GuestCommand.Name, Guests);
        Add<OffloadResult>(OffloadCommand.Name, Offload);
        Add<VhostResult>(VhostCommand.Name, Vhost);
        return new Summary(sections, machines);

        void Add<T>(string name, Func<IReadOnlyList<T>, SummarySection> summarize)
        {
            if (BenchFile<T>.Read(directory, name) is { } file)
            {
                sections.Add(summarize(file.Results));
                machines.Add(file.Machine);
            }
        }
    }

    private static SummarySection Hub(IReadOnlyList<HubResult> results)
    {
        Backend[] backends = [.. results.Select(result => result.Backend).Distinct()];
        return new SummarySection(
            "Thousand frames a second through QEMU's hub, without a guest",
            [.. backends.Select(Name)],
            ["ours / stock", "ours / tap", "CPU a frame, ours / stock"],
            [.. results.GroupBy(result => result.Case).Select(group => Row(group.Key, [.. group]))]);

        SummaryRow Row(HubCase hubCase, IReadOnlyList<HubResult> group)
        {
            return new SummaryRow(
                $"{hubCase.Name}, {hubCase.FrameSize} B",
                "0",
                [.. backends.Select(backend => Rate(backend) / 1e3)],
                [Rate(Backend.Ours) / Rate(Backend.Stock), Rate(Backend.Ours) / Rate(Backend.Tap), Cpu(Backend.Ours) / Cpu(Backend.Stock)]);

            double? Rate(Backend backend) => group.FirstOrDefault(result => result.Backend == backend)?.Rounds.Median(round => round.FramesPerSecond);

            double? Cpu(Backend backend) =>
                group.FirstOrDefault(result => result.Backend == backend)?.Rounds.Median(round => round.CpuMicrosecondsPerFrame);
        }
    }

    private static SummarySection Flight(IReadOnlyList<FlightResult> results)
    {
        Backend[] backends = [.. results.Select(result => result.Backend).Distinct()];
        return new SummarySection(
            "One frame in flight through QEMU's hub (less is better)",
            [.. backends.Select(Name)],
            ["ours / stock", "ours / tap", "p99, ours / stock"],
            [.. results.GroupBy(result => result.Case).Select(group => Row(group.Key, [.. group]))]);

        SummaryRow Row(FlightCase flight, IReadOnlyList<FlightResult> group)
        {
            return new SummaryRow(
                $"{flight.Name}, {flight.FrameSize} B, p50, µs",
                "0.0",
                [.. backends.Select(Median)],
                [Median(Backend.Ours) / Median(Backend.Stock), Median(Backend.Ours) / Median(Backend.Tap), Slow(Backend.Ours) / Slow(Backend.Stock)]);

            double? Median(Backend backend) => group.FirstOrDefault(result => result.Backend == backend)?.Rounds.Median(round => round.Median);

            double? Slow(Backend backend) => group.FirstOrDefault(result => result.Backend == backend)?.Rounds.Median(round => round.Slow);
        }
    }

    private static SummarySection Guests(IReadOnlyList<GuestResult> results)
    {
        SummaryRow[] streams = [.. results[0].Streams.Select((item, index) => Row(item.Case, index))];
        return new SummarySection(
            "From guest to guest",
            [.. results.Select(result => Name(result.Backend))],
            ["ours / stock", "ours / tap", "CPU per byte, ours / stock"],
            [.. streams, Ping()]);

        SummaryRow Row(GuestCase guestCase, int index)
        {
            return new SummaryRow(
                $"TCP × {guestCase.Streams}, IPv{guestCase.IpVersion}, Mbit/s",
                "0",
                [.. results.Select(result => Rate(result.Backend))],
                [Rate(Backend.Ours) / Rate(Backend.Stock), Rate(Backend.Ours) / Rate(Backend.Tap), Cpu(Backend.Ours) / Cpu(Backend.Stock)]);

            double? Rate(Backend backend) => Find(backend)?.Streams[index].Rounds.Median(round => round.MegabitsPerSecond);

            double? Cpu(Backend backend) => Find(backend)?.Streams[index].Rounds.Median(round => round.CpuSecondsPerGigabyte);
        }

        SummaryRow Ping() => new SummaryRow(
            "ping, ms (less is better)",
            "0.000",
            [.. results.Select(result => RoundTrip(result.Backend))],
            [RoundTrip(Backend.Ours) / RoundTrip(Backend.Stock), RoundTrip(Backend.Ours) / RoundTrip(Backend.Tap), null]);

        double? RoundTrip(Backend backend) => Find(backend)?.PingMilliseconds.Median();

        GuestResult? Find(Backend backend)
        {
            return results.FirstOrDefault(result => result.Backend == backend);
        }
    }

    private static SummarySection Offload(IReadOnlyList<OffloadResult> results)
    {
        return new SummarySection(
            "The offload path alone, against a bare loop of system calls",
            ["ours", "bare loop"],
            ["ours / bare", "by CPU time", "datagrams a call", "datagrams a frame"],
            [.. results.Select(Row)]);

        static SummaryRow Row(OffloadResult result) => new SummaryRow(
            $"{Name(result.Direction)}, Gbit/s",
            "0",
            [
                result.Rounds.Median(round => round.Ours.GigabitsPerSecond),
                result.Rounds.Median(round => round.Bare.GigabitsPerSecond),
            ],
            [
                result.Rounds.Median(round => round.Share),
                result.Rounds.Median(round => round.CpuShare),
                result.Rounds.Median(round => round.Ours.DatagramsPerCall),
                result.Direction == Direction.Receive ? result.Rounds.Median(round => round.Ours.DatagramsPerFrame) : null,
            ]);
    }

    private static SummarySection Vhost(IReadOnlyList<VhostResult> results)
    {
        VhostSubject[] subjects = [.. results.Select(result => result.Subject).Distinct()];
        return new SummarySection(
            "l2tpv3-vhost with the tests' own driver for a guest, thousand frames of the wire a second",
            [.. subjects.Select(subject => subject == VhostSubject.Bare ? "bare loop" : Name(subject))],
            ["ours / bare", "by CPU time", "ours / testpmd"],
            [.. results.GroupBy(result => result.Case).Select(group => Row(group.Key, [.. group]))]);

        SummaryRow Row(VhostCase vhostCase, IReadOnlyList<VhostResult> group)
        {
            return new SummaryRow(
                $"{vhostCase.Name}, {vhostCase.FrameSize} B",
                "0",
                [.. subjects.Select(subject => Rate(subject) / 1e3)],
                [Rate(VhostSubject.Ours) / Rate(VhostSubject.Bare), Cpu(VhostSubject.Bare) / Cpu(VhostSubject.Ours), Rate(VhostSubject.Ours) / Rate(VhostSubject.Testpmd)]);

            double? Rate(VhostSubject subject) => group.FirstOrDefault(result => result.Subject == subject)?.Rounds.Median(round => round.FramesPerSecond);

            double? Cpu(VhostSubject subject) =>
                group.FirstOrDefault(result => result.Subject == subject)?.Rounds.Median(round => round.CpuMicrosecondsPerFrame);
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum
    {
        return value.ToString().ToLowerInvariant();
    }
}

/// <summary>One bench in short, for people who do not know it.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Subjects">The names of the figures: who was measured.</param>
/// <param name="Ratios">The names of the ratios.</param>
/// <param name="Rows">One for each case.</param>
internal sealed record SummarySection(
    string Title,
    IReadOnlyList<string> Subjects,
    IReadOnlyList<string> Ratios,
    IReadOnlyList<SummaryRow> Rows);

/// <summary>One case.</summary>
/// <param name="Name">With the unit: "TCP × 4, IPv6, Mbit/s".</param>
/// <param name="Format">How a figure is written.</param>
/// <param name="Figures">One for each subject of the section; null: not measured.</param>
/// <param name="Ratios">One for each ratio of the section; null: one side was not measured.</param>
internal sealed record SummaryRow(
    string Name,
    string Format,
    IReadOnlyList<double?> Figures,
    IReadOnlyList<double?> Ratios);
