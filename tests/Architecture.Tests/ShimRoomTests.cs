// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;
using TestKit;

namespace Architecture.Tests;

/// <summary>
/// The rooms of the shim: a .c file and its .h are one, and an arrow is an #include. The picture is the block in native/README.md
/// under "Rooms", one line for each room; what a line has no arrow for are rooms that need no other.
/// </summary>
public sealed class ShimRoomTests
{
    private static readonly string s_native = Path.Combine(Plugin.RepositoryRoot, "native");

    private static readonly Regex s_include = new("^ *# *include +\"(?<file>[^\"]+)\"", RegexOptions.Multiline);

    private static readonly Regex s_picture = new("^## Rooms\n.*?^```\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline);

    [Fact]
    public void The_includes_are_the_arrows_of_the_picture()
    {
        string[] drawn = [.. Picture().SelectMany(line => Arrows(line.Rooms, line.Needs))];
        string[] found = [.. Sources().SelectMany(file => Arrows([Room(file)], Needs(file)))];

        Assert.True(found.Length >= 50, $"{found.Length} includes found");
        Assert.Empty(found.Except(drawn, StringComparer.Ordinal));
        Assert.Empty(drawn.Except(found, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_room_is_in_the_picture_once()
    {
        string[] drawn = [.. Picture().SelectMany(line => line.Rooms)];
        IEnumerable<string> found = Sources().Select(Room).Distinct(StringComparer.Ordinal);

        Assert.Equal(drawn.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    /// <summary>A circle would have an arrow that points up.</summary>
    [Fact]
    public void Every_arrow_points_down()
    {
        List<string> rooms = [.. Picture().SelectMany(line => line.Rooms)];
        Assert.All(
            Picture().SelectMany(line => line.Needs.Select(need => (Room: line.Rooms[^1], Need: need))),
            arrow => Assert.True(rooms.IndexOf(arrow.Need) > rooms.IndexOf(arrow.Room), $"{arrow.Room} --> {arrow.Need} points up"));
    }

    private static IEnumerable<string> Sources() =>
        Directory.GetFiles(s_native, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(Path.GetDirectoryName(path)) is "shim" or "include" && Path.GetExtension(path) is ".c" or ".h");

    /// <summary>layouts.g.h is the room layouts.</summary>
    private static string Room(string path)
    {
        string name = Path.GetFileName(path);
        return name[..name.IndexOf('.', StringComparison.Ordinal)];
    }

    private static IEnumerable<string> Needs(string path) =>
        s_include.Matches(File.ReadAllText(path)).Select(match => Room(match.Groups["file"].Value)).Where(room => !string.Equals(room, Room(path), StringComparison.Ordinal));

    private static IEnumerable<string> Arrows(IEnumerable<string> rooms, IEnumerable<string> needs) =>
        rooms.SelectMany(room => needs.Select(need => $"{room} --> {need}"));

    private static IEnumerable<(string[] Rooms, string[] Needs)> Picture()
    {
        Match picture = s_picture.Match(File.ReadAllText(Path.Combine(s_native, "README.md")));
        Assert.True(picture.Success, "native/README.md has no picture of rooms");
        return picture.Groups["lines"].Value
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("-->"))
            .Select(parts => (Names(parts[0]), parts.Length > 1 ? Names(parts[1]) : []));
    }

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries);
}
