// SPDX-License-Identifier: GPL-2.0-or-later

using System.Linq;
using L2tpv3.Vhost.Guest;
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Protocol;

namespace L2tpv3.Vhost.Device;

/// <summary>
/// The requests about memory. When one is done, no region that has gone is used any more: rings are looked up anew, and nothing else is kept from turn to
/// turn.
/// </summary>
internal sealed class MemoryRequests
{
    private readonly NetGuest _guest;

    public MemoryRequests(NetGuest guest)
    {
        _guest = guest;
    }

    /// <summary>SET_MEM_TABLE, ADD_MEM_REG, REM_MEM_REG.</summary>
    public void Do(Message message)
    {
        switch (message.Request)
        {
            case Request.SetMemoryTable:
                SetMemoryTable(message);
                break;
            case Request.AddMemoryRegion:
                RegionDescription added = RegionDescription.Read(message);
                message.CheckDescriptors(1);
                AddRegion(added, message.Descriptors[0]);
                break;
            default:
                RegionDescription removed = RegionDescription.Read(message);
                if (!_guest.Memory.Remove(removed.GuestAddress, removed.UserAddress, removed.Size))
                {
                    throw new ProtocolException("there is no such memory region");
                }

                break;
        }

        _guest.ReceiveQueue.Resolve();
        _guest.TransmitQueue.Resolve();
        _guest.Wake();
    }

    /// <summary>After an error the table is what has been added so far, and the rings find out whether that is enough for them.</summary>
    private void SetMemoryTable(Message message)
    {
        RegionDescription[] regions = RegionDescription.ReadTable(message);
        _guest.Memory.Dispose();
        _guest.ReceiveQueue.Resolve();
        _guest.TransmitQueue.Resolve();
        foreach ((RegionDescription region, FileDescriptor file) in regions.Zip(message.Descriptors))
        {
            AddRegion(region, file);
        }
    }

    private void AddRegion(RegionDescription region, FileDescriptor file)
    {
        MemoryRegion added = new(region.GuestAddress, region.UserAddress, new Mapping(file, region.FileOffset, region.Size));
        string? reason = _guest.Memory.Add(added);
        if (reason is not null)
        {
            added.Dispose();
            throw new ProtocolException(reason);
        }
    }
}
