// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using L2tpv3.Interop;
using L2tpv3.Interop.Qemu;
using L2tpv3.Interop.Reading;

Option<bool> check = new("--check") { Description = "Write nothing; exit with 1 if a file differs from what would be written." };
Command bindings = new("bindings", "Makes the C# bindings and layout tables of headers/, and the shim's layouts of layouts/.") { check };
bindings.SetAction(result => MakeBindings(result.GetValue(check)));

Argument<string[]> trees = new("TREE") { Description = "A source tree of QEMU, with its patches applied.", Arity = ArgumentArity.OneOrMore };
Command qemu = new("qemu", "Makes the layout table layouts/qemu-MAJOR.MINOR.txt of each source tree.") { trees };
qemu.SetAction(result => MakeTables(result.GetValue(trees)!));

RootCommand root = new("Reads C headers through libclang; writes C# bindings and layout tables.") { bindings, qemu };
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is HeaderException or FormatException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static int MakeTables(string[] paths)
{
    foreach (string path in paths)
    {
        using QemuTree tree = new(path);
        Repository.Around(Environment.CurrentDirectory).WriteTable(tree.TableName, tree.MakeTable());
    }

    return 0;
}

static int MakeBindings(bool check)
{
    Repository repository = Repository.Around(Environment.CurrentDirectory);
    SortedDictionary<string, string> files = repository.Make();
    if (!check)
    {
        repository.Write(files);
        return 0;
    }

    IReadOnlyList<string> differences = repository.Differences(files);
    foreach (string difference in differences)
    {
        Console.Error.WriteLine(difference);
    }

    return differences.Count == 0 ? 0 : 1;
}
