// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using L2tpv3.Stat.Reading;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Control;

/// <summary>get and set: the properties of one netdev of l2tpv3-vhost. QEMU has QMP for its own.</summary>
/// <param name="reader">Finds the netdev.</param>
/// <param name="id">Its ID.</param>
/// <param name="process">Its process; null: there is one of this ID.</param>
/// <param name="input">Where `-` reads.</param>
/// <param name="output">Values.</param>
/// <param name="errors">Why there are none.</param>
internal sealed class PropertyCommands(PageReader reader, string id, int? process, TextReader input, TextWriter output, TextWriter errors)
{
    private const int Failed = 1;
    private const string FromInput = "-";
    private const string VhostProgram = "l2tpv3-vhost";

    /// <summary>Prints a property.</summary>
    /// <param name="name">Its name; null: all that can be read and set, as `set` takes them.</param>
    /// <returns>The exit status.</returns>
    public int Get(string? name) => Try(connection =>
    {
        if (name is not null)
        {
            output.WriteLine(PageText.Printable(connection.Ask($"get {OneLine(name)}")));
            return;
        }

        foreach (string property in connection.Ask("list").Split(' ').Where(property => !string.Equals(property, "statistics", StringComparison.Ordinal)))
        {
            // A cookie can be set, and not be read.
            if (connection.TryAsk($"get {property}", out string answer))
            {
                output.WriteLine(PageText.Printable($"{property}={answer}"));
            }
        }
    });

    /// <summary>Changes properties, in the order in which they are given, up to the first that is refused.</summary>
    /// <param name="items">NAME=VALUE, or `-`.</param>
    /// <returns>The exit status.</returns>
    public int Set(IReadOnlyList<string> items) => Try(connection =>
    {
        foreach (string item in items.SelectMany(item => string.Equals(item, FromInput, StringComparison.Ordinal) ? Lines() : [item]))
        {
            connection.Ask($"set {OneLine(item)}");
        }
    });

    private int Try(Action<ControlConnection> action)
    {
        try
        {
            action(Connection());
            return 0;
        }
        catch (ControlException exception)
        {
            errors.WriteLine(PageText.Printable($"l2tpv3-stat: {id}: {exception.Message}"));
            return Failed;
        }
    }

    private ControlConnection Connection()
    {
        Netdev[] all = [.. reader.ReadAll()];
        Netdev[] named = [.. all.Where(netdev => string.Equals(netdev.Id, id, StringComparison.Ordinal) && (process is null || netdev.Page.Header.ProcessId == process))];
        if (named.Length == 0)
        {
            string there = all.Length == 0 ? "none that you may see" : string.Join(", ", all.Select(netdev => netdev.Id).Distinct(StringComparer.Ordinal));
            throw new ControlException($"no netdev has this ID{(process is null ? string.Empty : $" in process {process}")}; there is {there}");
        }

        if (named.Length > 1)
        {
            throw new ControlException($"several netdevs have this ID; give --pid={string.Join(" or --pid=", named.Select(netdev => netdev.Page.Header.ProcessId).Distinct())}");
        }

        int owner = named[0].Page.Header.ProcessId;
        string path = named[0].File + PageName.ControlSuffix;
        return File.Exists(path) ? new ControlConnection(path, owner) : throw new ControlException(WhyNone(owner));
    }

    /// <summary>Only a netdev of l2tpv3-vhost has a control socket.</summary>
    private string WhyNone(int owner)
    {
        string name = string.Empty;
        try
        {
            name = File.ReadAllText($"/proc/{owner}/comm").TrimEnd('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
        }

        return string.Equals(name, VhostProgram, StringComparison.Ordinal)
            ? $"process {owner} has no control socket here: it was started with control=PATH, or its log says why"
            : $"this netdev is inside QEMU (process {owner}): use qom-get and qom-set of QMP on /l2tpv3/{id}";
    }

    /// <summary>What a line cannot carry would be another request.</summary>
    private static string OneLine(string text) => text.Contains('\n', StringComparison.Ordinal) ? throw new ControlException("a property's name and value have no newline") : text;

    private IEnumerable<string> Lines()
    {
        for (string? line = input.ReadLine(); line is not null; line = input.ReadLine())
        {
            if (line.Length != 0)
            {
                yield return line;
            }
        }
    }
}
