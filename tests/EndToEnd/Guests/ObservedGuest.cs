// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using TestKit;

namespace EndToEnd.Guests;

/// <summary>
/// One guest with a NIC of each kind on a netdev of its own, and Observers/vnet_log.c between shim and data plane. Nobody is at the
/// other end of the tunnels: the NICs only have to come up.
/// </summary>
public sealed class ObservedGuest : IDisposable
{
    /// <summary>The NIC whose driver a test may take away.</summary>
    public const string DriverTestModel = "virtio-net-pci,tx=timer";

    private readonly TemporaryDirectory _directory = new();
    private readonly NetworkNamespace _network = new();

    /// <summary>Boots the guest and sets up its NICs.</summary>
    public ObservedGuest()
    {
        string source = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Guests", "Observers", "vnet_log.c"));
        Guest = new Guest(new QemuOptions
        {
            Plugin = true,
            Namespace = _network,
            Preload = [CCompiler.SharedObject(_directory, source)],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["VNET_LOG"] = LogPath,
                ["VNET_LOG_PLUGIN"] = Plugin.Path,
            },
            Arguments = [.. Links.SelectMany(link => link.Arguments(1))],
        });
        foreach (GuestLink link in Links)
        {
            link.Configure(Guest, 1);
        }
    }

    /// <summary>The guest.</summary>
    public Guest Guest { get; }

    /// <summary>Its NICs: those of <see cref="NegotiationTests.Rows"/>, and <see cref="DriverTestModel"/>.</summary>
    public IReadOnlyList<GuestLink> Links { get; } =
    [
        .. NegotiationTests.Rows.Select(row => row.Data.Item1).Append(DriverTestModel)
            .Select((model, index) => new GuestLink(index, model, Encapsulation.Udp4)),
    ];

    /// <summary>The NIC of a model.</summary>
    public GuestLink Link(string model) => Links.Single(link => link.Model.Equals(model, StringComparison.Ordinal));

    private string LogPath => _directory.File("vnet");

    /// <summary>The length and the offloads that were set last; null for what was never set.</summary>
    public (int? HeaderLength, int? Offloads) Agreed(string netdevId)
    {
        string[][] lines = [.. File.ReadLines(LogPath).Select(line => line.Split(' ', 3))];
        string session = lines.Single(words => words[0] is "open" && string.Equals(Id(words[2]), netdevId, StringComparison.Ordinal))[1];
        return (Last("length"), Last("offloads"));

        int? Last(string what) => lines.LastOrDefault(words => words.AsSpan(0, 2).SequenceEqual([what, session])) is { } words
            ? int.Parse(words[2], CultureInfo.InvariantCulture)
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Guest.Dispose();
        _network.Dispose();
        _directory.Dispose();
    }

    private static string? Id(string options)
    {
        using JsonDocument document = JsonDocument.Parse(options);
        return document.RootElement.GetProperty("id").GetString();
    }
}
