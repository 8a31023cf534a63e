// SPDX-License-Identifier: GPL-2.0-or-later
//
// The rooms of an assembly are the namespaces right below its own, which is a room, too. A room imports another one when a type
// of it names a type of the other: as a base, in a signature, in an instruction, or with a using directive, since constants
// leave no trace in the code.
//
// The picture of the rooms is a block of managed/README.md, or of the project's own README.md:
//
//     ```rooms Packets
//     Offload --> Wire, Packets    # a remark
//     Wire                         # imports nothing
//     ```

using System.Reflection;
using System.Text.RegularExpressions;
using TestKit;

namespace Architecture.Tests.Kit;

/// <summary>Who imports whom.</summary>
internal sealed class RoomGraph
{
    /// <summary>For each room those that it imports, each with an example.</summary>
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _imports = new(StringComparer.Ordinal);

    public IEnumerable<string> Rooms => _imports.Keys;

    /// <summary>What another graph does not have: rooms, and imports with an example.</summary>
    public IEnumerable<string> Except(RoomGraph other)
    {
        foreach ((string room, SortedDictionary<string, string> imports) in _imports)
        {
            if (!other._imports.TryGetValue(room, out SortedDictionary<string, string>? known))
            {
                yield return room;
            }

            foreach ((string imported, string example) in imports.Where(import => known?.ContainsKey(import.Key) != true))
            {
                yield return $"{room} --> {imported} ({example})";
            }
        }
    }

    /// <summary>What the code of an assembly says.</summary>
    /// <param name="project">Its folder in managed/, and the last part of its name.</param>
    public static RoomGraph OfCode(string project)
    {
        RoomGraph graph = new();
        Assembly assembly = Assembly.Load(project is "Vhost" ? "l2tpv3-vhost" : $"L2tpv3.{project}");
        foreach (Type type in assembly.GetTypes().Where(type => RoomOf(type.Namespace, project) is not null))
        {
            string room = RoomOf(type.Namespace, project)!;
            graph.Add(room);
            foreach (Type named in NamedTypes.Of(type).Where(named => named.Assembly == assembly))
            {
                graph.Add(room, RoomOf(named.Namespace, project), $"{type.Name} names {named.Name}");
            }
        }

        foreach (SourceFile file in SourceFile.All(Path.Combine("managed", project)))
        {
            string? room = file.Lines.Select(line => RoomOf(Regex.Match(line, @"^namespace ([\w.]+);").Groups[1].Value, project)).FirstOrDefault(found => found is not null);
            foreach (string line in file.Lines.Where(_ => room is not null))
            {
                graph.Add(room!, RoomOf(Regex.Match(line, @"^using (?:static )?([\w.]+);").Groups[1].Value, project), $"{file.Path}: {line}");
            }
        }

        return graph;
    }

    /// <summary>What the README.md says.</summary>
    /// <param name="project">Whose picture.</param>
    public static RoomGraph OfPicture(string project)
    {
        string own = Path.Combine(Plugin.RepositoryRoot, "managed", project, "README.md");
        string text = File.ReadAllText(Path.Combine(Plugin.RepositoryRoot, "managed", "README.md")) + (File.Exists(own) ? File.ReadAllText(own) : string.Empty);
        return Parse(Regex.Match(text, $@"^```rooms {project}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value);
    }

    /// <summary>Reads the lines of a picture.</summary>
    public static RoomGraph Parse(string picture)
    {
        RoomGraph graph = new();
        foreach (string line in picture.Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length != 0))
        {
            string[] sides = line.Split("-->", StringSplitOptions.TrimEntries);
            graph.Add(sides[0]);
            foreach (string other in sides.Skip(1).SelectMany(side => side.Split(',', StringSplitOptions.TrimEntries)))
            {
                graph.Add(sides[0], other, "drawn");
            }
        }

        return graph;
    }

    /// <summary>A way from a room back to itself; empty when there is none.</summary>
    public string FindCircle()
    {
        HashSet<string> done = new(StringComparer.Ordinal);
        return _imports.Keys.Select(room => FindCircle(room, [], done)).FirstOrDefault(circle => circle.Length != 0, string.Empty);
    }

    private static string? RoomOf(string? name, string project)
    {
        string root = $"L2tpv3.{project}";
        return string.Equals(name, root, StringComparison.Ordinal) ? project
            : name?.StartsWith($"{root}.", StringComparison.Ordinal) == true ? name[(root.Length + 1)..].Split('.')[0]
            : null;
    }

    private string FindCircle(string room, List<string> way, HashSet<string> done)
    {
        if (way.Contains(room, StringComparer.Ordinal))
        {
            return string.Join(" --> ", way.SkipWhile(passed => !string.Equals(passed, room, StringComparison.Ordinal)).Append(room));
        }

        if (!_imports.TryGetValue(room, out SortedDictionary<string, string>? others) || !done.Add(room))
        {
            return string.Empty;
        }

        return others.Keys.Select(other => FindCircle(other, [.. way, room], done)).FirstOrDefault(circle => circle.Length != 0, string.Empty);
    }

    private void Add(string room) => _imports.TryAdd(room, new SortedDictionary<string, string>(StringComparer.Ordinal));

    private void Add(string room, string? other, string example)
    {
        Add(room);
        if (other is not null && !string.Equals(other, room, StringComparison.Ordinal))
        {
            _imports[room].TryAdd(other, example);
        }
    }
}
