// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.BadInput;

/// <summary>One QEMU, whose runtime has been started, in a namespace of its own; each refused netdev must leave it as it was.</summary>
public sealed class QemuInNamespace : IDisposable
{
    /// <summary>Starts it.</summary>
    public QemuInNamespace()
    {
        Qemu = QemuProcess.Start(new QemuOptions { Plugin = true, Namespace = Network });

        // The runtime opens descriptors of its own at the first netdev.
        Dictionary<string, object> good = BadOptions.Changed();
        Qemu.Qmp.Execute("netdev_add", good);
        Qemu.Qmp.Execute("netdev_del", new { id = "n0" });
    }

    /// <summary>The namespace.</summary>
    public NetworkNamespace Network { get; } = new();

    /// <summary>The QEMU.</summary>
    public QemuProcess Qemu { get; }

    public void Dispose()
    {
        Qemu.Dispose();
        Network.Dispose();
    }
}
