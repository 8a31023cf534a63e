// SPDX-License-Identifier: GPL-2.0-or-later
//
// The netdevs of one program, in one of three forms, the last two also together:
//
//     --socket PATH [--control PATH] OPTIONS             one
//     --netdev socket=PATH[,control=PATH],OPTIONS        one; the argument may come again
//     --config FILE                                      such a list in each line; # begins a comment

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.Vhost.CommandLine;

/// <summary>One netdev, as the command line has it.</summary>
/// <param name="Socket">The socket for its front-end.</param>
/// <param name="Control">Its control socket; null: beside its statistics page.</param>
/// <param name="Options">Its options and settings.</param>
/// <param name="Origin">Where it was said, for people; empty: it is the only one.</param>
internal sealed record NetdevArgument(string Socket, string? Control, string Options, string Origin)
{
    private const string SocketKey = "socket=";
    private const string ControlKey = "control=";
    private const string SocketFile = ".sock";

    /// <summary>The netdev's name, unless its options have one.</summary>
    public string DefaultId => Path.GetFileName(Socket) is var name && name.Length > SocketFile.Length && name.EndsWith(SocketFile, StringComparison.Ordinal) ? name[..^SocketFile.Length] : name;

    /// <summary>All netdevs.</summary>
    /// <param name="socket">--socket.</param>
    /// <param name="control">--control.</param>
    /// <param name="options">What goes with it.</param>
    /// <param name="lists">--netdev.</param>
    /// <param name="files">--config.</param>
    /// <exception cref="OptionException">They do not go together, or one of them has no socket of its own.</exception>
    public static IReadOnlyList<NetdevArgument> All(string? socket, string? control, string? options, string[] lists, string[] files)
    {
        bool isSimple = (socket ?? control ?? options) is not null;
        if (isSimple && (socket is null || options is null || lists.Length + files.Length != 0))
        {
            throw new OptionException("give either --socket PATH and its OPTIONS, or --netdev and --config");
        }

        NetdevArgument[] all = isSimple
            ? [new NetdevArgument(socket!, control, options!, string.Empty)]
            : [.. lists.Select(list => Split(list, "--netdev")), .. files.SelectMany(ReadFile)];
        RefuseSharedPaths(all);
        return all.Length != 0 ? all : throw new OptionException(NoNetdev(files));
    }

    private static string NoNetdev(string[] files) => files.Length == 0
        ? "there is no netdev: give --socket PATH and its OPTIONS, --netdev, or --config"
        : $"there is no netdev in {string.Join(" and ", files)}: write a line for each, socket=PATH,src=...; # begins a comment";

    /// <summary>Else the kernel would say of the second one that somebody listens on it, and not who.</summary>
    private static void RefuseSharedPaths(NetdevArgument[] all)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (NetdevArgument netdev in all)
        {
            foreach (string? path in (string?[])[netdev.Socket, netdev.Control])
            {
                if (path is not null && !paths.Add(path))
                {
                    string where = netdev.Origin.Length == 0 ? string.Empty : $"{netdev.Origin}: ";
                    throw new OptionException($"{where}the socket {path} is there twice; give each netdev, and each control socket, a path of its own");
                }
            }
        }
    }

    private static IEnumerable<NetdevArgument> ReadFile(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OptionException($"cannot read '{file}': {Reason(file, exception)}", exception);
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length != 0 && line[0] != '#')
            {
                yield return Split(line, $"{file}, line {i + 1}");
            }
        }
    }

    /// <summary>.NET says of a folder that access to it is denied, and names the file once more.</summary>
    private static string Reason(string file, Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => Directory.Exists(file) ? "it is a folder, and not a file" : "this user may not read it",
        _ => exception.Message,
    };

    /// <summary>Nothing of the list is shown: it may have a cookie.</summary>
    private static NetdevArgument Split(string list, string origin)
    {
        string[] items = SettingItem.Split(list);
        string socket = Find(items, SocketKey, origin) ?? throw new OptionException($"{origin}: socket=PATH is missing");
        string? control = Find(items, ControlKey, origin);
        return new NetdevArgument(socket, control, string.Join(',', items.Where(item => !IsOf(SocketKey, item) && !IsOf(ControlKey, item))), origin);
    }

    private static string? Find(string[] items, string key, string origin)
    {
        string[] values = [.. items.Where(item => IsOf(key, item)).Select(item => item[key.Length..])];
        return values.Length <= 1 ? values.FirstOrDefault() : throw new OptionException($"{origin}: {key} is there twice");
    }

    private static bool IsOf(string key, string item) => item.StartsWith(key, StringComparison.Ordinal);
}
