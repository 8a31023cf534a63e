// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using L2tpv3.Interop.Lists;
using L2tpv3.Interop.Qemu;

namespace L2tpv3.Interop;

/// <summary>The files of this repository that are made, and whether they are what would be made now.</summary>
internal sealed class Repository
{
    private readonly string _root;

    /// <summary>Takes a checkout.</summary>
    /// <param name="root">Its topmost folder.</param>
    public Repository(string root)
    {
        _root = root;
    }

    /// <summary>The checkout around a folder.</summary>
    public static Repository Around(string folder)
    {
        for (DirectoryInfo? directory = new(folder); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "qemu-l2tpv3.slnx")))
            {
                return new Repository(directory.FullName);
            }
        }

        throw new DirectoryNotFoundException($"{folder} is not in a checkout of the repository");
    }

    /// <summary>Makes everything anew, in memory.</summary>
    /// <returns>Text by file, from the root of the repository.</returns>
    public SortedDictionary<string, string> Make()
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        string[] options = ["-D_GNU_SOURCE", "-I" + Path.Combine(_root, "native", "include")];
        foreach (string path in Directory.GetFiles(Path.Combine(_root, "interop", "headers"), "*.list").Order(StringComparer.Ordinal))
        {
            BindingList list = BindingList.Parse(File.ReadAllText(path));
            string header = File.ReadAllText(Path.ChangeExtension(path, ".h"));
            foreach ((string file, string text) in Bindings.Make(Path.GetFileNameWithoutExtension(path), header, list, options))
            {
                files.Add(file, text);
            }
        }

        ShimList shim = ReadShimList();
        files.Add("native/shim/layouts.g.h", ShimHeader.Layouts(shim));
        files.Add("native/shim/offsets.g.h", ShimHeader.Offsets(shim));
        return files;
    }

    /// <summary>What differs between the files made now and those that are there.</summary>
    /// <returns>Their names, with what is wrong.</returns>
    public IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> made) =>
    [
        .. made.Where(file => !File.Exists(Full(file.Key))).Select(file => $"{file.Key} is missing"),
        .. made.Where(file => File.Exists(Full(file.Key)) && !string.Equals(File.ReadAllText(Full(file.Key)), file.Value, StringComparison.Ordinal))
            .Select(file => $"{file.Key} differs"),
        .. Leftovers(made).Select(file => $"{file} is not made any more"),
    ];

    /// <summary>Writes the files and removes those that are not made any more.</summary>
    public void Write(IReadOnlyDictionary<string, string> made)
    {
        foreach (string file in Leftovers(made))
        {
            File.Delete(Full(file));
        }

        foreach ((string file, string text) in made)
        {
            File.WriteAllText(Full(file), text);
        }
    }

    /// <summary>Writes the layout table of a QEMU.</summary>
    public void WriteTable(string name, string text) => File.WriteAllText(TablePath(name), text);

    private ShimList ReadShimList()
    {
        string folder = Path.Combine(_root, "interop", "layouts");
        Dictionary<string, Table> tables = Directory.GetFiles(folder, "qemu-*.txt")
            .Select(path => new Table(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path)))
            .ToDictionary(table => table.Name, StringComparer.Ordinal);
        return new ShimList(File.ReadAllText(Path.Combine(folder, "shim.list")), tables);
    }

    private string TablePath(string name) => Path.Combine(_root, "interop", "layouts", name + ".txt");

    private List<string> Leftovers(IReadOnlyDictionary<string, string> made) =>
    [
        .. made.Keys
        .Select(file => Path.GetDirectoryName(file)!)
        .Distinct(StringComparer.Ordinal)
        .Where(folder => Directory.Exists(Full(folder)))
        .SelectMany(folder => Directory.GetFiles(Full(folder), "*.g.*"))
        .Select(path => Path.GetRelativePath(_root, path))
        .Where(file => !made.ContainsKey(file)),
    ];

    private string Full(string file) => Path.Combine(_root, file);
}
