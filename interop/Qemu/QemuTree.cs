// SPDX-License-Identifier: GPL-2.0-or-later
//
// The source of one QEMU, as `apt-get source qemu` leaves it: with the distribution's patches applied. Debian 12's, for one,
// is 7.2.0 before and 7.2.22 after them.
//
// QEMU's headers want two things that its build makes:
//
//     qapi/*.h         made here by QEMU's own generator, scripts/qapi-gen.py
//     config-host.h    what configure found on the host. The structs that are read have no #ifdef on any of it; a small
//                      stand-in says that the host is an x86-64 Linux
//
// The backend's own state is declared in net/l2tpv3.c, which includes net/net.h: so that file is what is read.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using L2tpv3.Interop.Reading;
using L2tpv3.Interop.Writing;

namespace L2tpv3.Interop.Qemu;

/// <summary>A source tree of QEMU, ready to be read.</summary>
internal sealed class QemuTree : IDisposable
{
    /// <summary>What the tree is read by.</summary>
    public const string Source = "#include \"qemu/osdep.h\"\n#include \"net/l2tpv3.c\"\n";

    private const string HostConfiguration = """
        #define CONFIG_POSIX 1
        #define CONFIG_LINUX 1
        #define CONFIG_IOVEC 1
        #define HAVE_GETLOADAVG_FUNCTION 1
        #define HOST_X86_64 1
        """;

    /// <summary>In every release; NetOffloads is a struct since 10.2 only.</summary>
    private static readonly string[] s_records = ["NetClientInfo", "NetClientState", "NetOffloads", "NetL2TPV3State", "QEMUTimer"];
    private static readonly string[] s_constants = ["NET_CLIENT_DRIVER_NIC", "NET_CLIENT_DRIVER_L2TPV3", "QEMU_CLOCK_REALTIME"];
    private readonly string _path;
    private readonly DirectoryInfo _made = Directory.CreateTempSubdirectory("qemu-headers-");

    /// <summary>Makes what the build would have made, outside of the tree.</summary>
    /// <param name="path">The tree.</param>
    public QemuTree(string path)
    {
        _path = path;
        Version = File.ReadAllText(Path.Combine(path, "VERSION")).Trim();
        Package = File.ReadLines(Path.Combine(path, "debian", "changelog")).First().Split(';')[0];
        File.WriteAllText(Path.Combine(_made.FullName, "config-host.h"), HostConfiguration);
        File.WriteAllText(Path.Combine(_made.FullName, "config-poison.h"), string.Empty);
        // -B: no byte code is left in the tree.
        _ = Tool.Output("python3", ["-B", Path.Combine(path, "scripts", "qapi-gen.py"), "-o", Path.Combine(_made.FullName, "qapi"), "-b", Path.Combine(path, "qapi", "qapi-schema.json")]);
    }

    /// <summary>Major, minor, micro.</summary>
    public string Version { get; }

    /// <summary>Name, version and suite of the source package.</summary>
    public string Package { get; }

    /// <summary>The options for the compiler.</summary>
    public IReadOnlyList<string> Options =>
    [
        // As QEMU's meson.build has them.
        "-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64", "-D_LARGEFILE_SOURCE",
        .. new[] { _made.FullName, Path.Combine(_made.FullName, "qapi"), Path.Combine(_path, "include"), Path.Combine(_path, "host/include/x86_64"), Path.Combine(_path, "host/include/generic"), _path, Path.Combine(_path, "net") }
            .Select(folder => "-I" + folder),
        .. Tool.Output("pkg-config", ["--cflags", "glib-2.0"]).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>The name of its table: layouts/qemu-MAJOR.MINOR.txt.</summary>
    public string TableName => $"qemu-{string.Join('.', Version.Split('.').Take(2))}";

    /// <summary>Makes its layout table.</summary>
    public string MakeTable()
    {
        using Header header = new(Source, s_constants, Options);
        LayoutTable table = new(
            $"QEMU {Version}: {Package}, with its patches.",
            "evidence: headers",
            "Made by interop/. struct NAME size alignment; NAME.field offset size type; const NAME value type.");
        foreach (string record in s_records.Where(header.HasRecord))
        {
            table.Add(header.Record(record));
        }

        table.Group("What the shim passes as a number.");
        foreach (string constant in s_constants)
        {
            table.Add(header.Constant(constant));
        }

        return table.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _made.Delete(recursive: true);
}
