// SPDX-License-Identifier: GPL-2.0-or-later
//
// l2tpv3-stat: finds the netdevs of this host by their statistics pages (managed/Statistics) and shows them.
//
//     PageReader --> History --> NetdevTable        the live table, --once
//                       '------> Rules/             explain
//     PageReader ------------> JsonList, OpenMetrics
//     PageReader ------------> Control/             get, set: asks l2tpv3-vhost

using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using L2tpv3.Stat.Control;
using L2tpv3.Stat.Reading;

namespace L2tpv3.Stat;

/// <summary>The command line.</summary>
internal static class Program
{
    private static readonly Option<bool> s_once = new("--once") { Description = "print the table once, with the rates of one interval" };
    private static readonly Option<bool> s_json = new("--json") { Description = "print everything as JSON, once" };
    private static readonly Option<bool> s_metrics = new("--openmetrics") { Description = "print metrics once, for example for node_exporter's textfile collector" };

    private static readonly Option<double> s_interval = new("--interval", "-i")
    {
        CustomParser = Seconds,
        Description = "seconds between two readings; 0: read once and show no rates",
        DefaultValueFactory = _ => 1,
        Recursive = true,
    };

    private static readonly Option<string[]> s_directory = new("--directory", "-d")
    {
        Description = "look here, and not in $XDG_RUNTIME_DIR/qemu-l2tpv3, /run/qemu-l2tpv3 and, as root, the directories of all users and of l2tpv3-vhost@.service",
        Recursive = true,
    };

    private static readonly Argument<string?> s_netdev = new("netdev") { Description = "the ID of one netdev; by default, all", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<int?> s_process = new("--pid", "-p") { Description = "of several netdevs with this ID, the one of this process", HelpName = "PID" };

    private static readonly Argument<string> s_id = new("netdev") { Description = "the ID of a netdev of l2tpv3-vhost" };

    private static readonly Argument<string?> s_property = new("property") { Description = "the property to print; by default, all that can be set", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Argument<string[]> s_items = new("items")
    {
        Description = "the properties to set, NAME=VALUE ...; - reads them from standard input, one a line, which keeps cookies off the command line",
        Arity = ArgumentArity.OneOrMore,
    };

    private static Task<int> Main(string[] arguments)
    {
        Command explain = new("explain", "explain what is wrong, and what to change") { s_netdev };
        explain.SetAction(parsed => Screen(parsed).Explain(parsed.GetValue(s_netdev)));
        Command get = new("get", "print properties of a netdev of l2tpv3-vhost") { s_id, s_property, s_process };
        get.SetAction(parsed => Properties(parsed).Get(parsed.GetValue(s_property)));
        Command set = new("set", "change properties of a netdev of l2tpv3-vhost while it runs") { s_id, s_items, s_process };
        set.SetAction(parsed => Properties(parsed).Set(parsed.GetValue(s_items) ?? []));
        RootCommand root = new("Shows what the l2tpv3 netdevs of this host do (qemu-l2tpv3).") { s_once, s_json, s_metrics, s_interval, s_directory, explain, get, set };
        root.SetAction(ShowAsync);
        return root.Parse(arguments).InvokeAsync();
    }

    private static Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Screen screen = Screen(parsed);
        if (parsed.GetValue(s_json))
        {
            return Task.FromResult(screen.ShowJson());
        }

        if (parsed.GetValue(s_metrics))
        {
            return Task.FromResult(screen.ShowMetrics());
        }

        return parsed.GetValue(s_once) || Console.IsOutputRedirected ? Task.FromResult(screen.ShowOnce()) : screen.ShowLiveAsync(cancellation);
    }

    private static double Seconds(ArgumentResult result)
    {
        string text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[^1].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and <= 3600)
        {
            return seconds;
        }

        result.AddError($"--interval: '{text}' is not a number of seconds from 0 to 3600");
        return 0;
    }

    private static Screen Screen(ParseResult parsed) => new(Reader(parsed), TimeSpan.FromSeconds(parsed.GetValue(s_interval)));

    private static PropertyCommands Properties(ParseResult parsed) =>
        new(Reader(parsed), parsed.GetRequiredValue(s_id), parsed.GetValue(s_process), Console.In, Console.Out, Console.Error);

    private static PageReader Reader(ParseResult parsed)
    {
        string[] given = parsed.GetValue(s_directory) ?? [];
        return given.Length > 0 ? new PageReader(given) : new PageReader();
    }
}
