// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Vhost;

/// <summary>A NIC of l2tpv3-vhost that comes and goes by QMP: socket, netdev, NIC. What is still there at the end goes then.</summary>
internal sealed class PluggedNic(Guest guest, VhostProcess vhost) : IDisposable
{
    private const string Socket = "front-end";
    private const string Netdev = "n0";
    private bool _hasSocket;
    private bool _hasNetdev;
    private bool _hasNic;

    /// <summary>All three, and the guest's own part.</summary>
    public void Add()
    {
        AddSocket();
        AddNetdev();
        AddNic();
    }

    /// <summary>The other way round; the socket goes with the netdev.</summary>
    public void Delete()
    {
        DeleteNic();
        DeleteNetdev();
    }

    public void AddSocket()
    {
        Dictionary<string, object> data = new(StringComparer.Ordinal)
        {
            ["addr"] = new { type = "unix", data = new { path = vhost.SocketPath } },
            ["server"] = false,
            [VhostProcess.Reconnect.Name] = VhostProcess.Reconnect.Value,
        };
        _hasSocket = true;
        guest.Qemu.Qmp.Execute("chardev-add", new { id = Socket, backend = new { type = "socket", data } });
    }

    /// <summary>QEMU answers when the program has, however long that takes.</summary>
    public void AddNetdev()
    {
        guest.Qemu.Qmp.Execute("netdev_add", new { type = "vhost-user", id = Netdev, chardev = Socket });
        _hasNetdev = true;
    }

    public void AddNic()
    {
        Assert.Empty(guest.Qemu.Hmp($"device_add virtio-net-pci,id={RingIndexes.NicId},netdev={Netdev},mac={VhostGuests.Mac}{VhostProcess.NicProperties}"));
        _hasNic = true;
        VhostGuests.Configure(guest);
    }

    public void DeleteNic()
    {
        _hasNic = false;
        guest.Qemu.DeleteDevice(RingIndexes.NicId);
    }

    /// <summary>It takes its socket along.</summary>
    public void DeleteNetdev()
    {
        _hasNetdev = false;
        _hasSocket = false;
        guest.Qemu.Qmp.Execute("netdev_del", new { id = Netdev });
    }

    public void Dispose()
    {
        if (guest.Qemu.HasExited)
        {
            return;
        }

        if (_hasNic)
        {
            DeleteNic();
        }

        if (_hasNetdev)
        {
            DeleteNetdev();
        }
        else if (_hasSocket)
        {
            guest.Qemu.Qmp.Execute("chardev-remove", new { id = Socket });
        }
    }
}
