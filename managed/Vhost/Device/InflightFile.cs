// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Protocol;
using L2tpv3.Vhost.Rings;

namespace L2tpv3.Vhost.Device;

/// <summary>The file in which the front-end keeps, while we are away, what was taken and not used: one region for each queue.</summary>
internal sealed unsafe class InflightFile : IDisposable
{
    private const int Queues = 2;

    private Mapping? _mapping;
    private ushort _entries;

    /// <summary>The file; null: none.</summary>
    public FileDescriptor? File { get; private set; }

    /// <summary>It was cut off.</summary>
    public bool IsLost => _mapping?.IsLost == true;

    /// <summary>GET_INFLIGHT_FD: makes an empty file, which the front-end is to give back.</summary>
    /// <returns>The answer.</returns>
    public InflightDescription Make(InflightDescription wanted)
    {
        Check(wanted);
        ulong size = Queues * InflightRegion.BytesFor(wanted.Entries);
        InflightDescription made = wanted with { Size = size, Offset = 0 };
        Set(made, FileDescriptor.MemoryFile("l2tpv3-vhost-inflight", (long)size));
        return made;
    }

    /// <summary>SET_INFLIGHT_FD: this file is the one. No queue runs.</summary>
    public void Set(InflightDescription description, FileDescriptor file)
    {
        Mapping mapping;
        try
        {
            Check(description);
            ulong needed = Queues * InflightRegion.BytesFor(description.Entries);
            if (description.Size < needed)
            {
                throw new ProtocolException($"an in-flight region of {description.Size} bytes; two queues of {description.Entries} entries need {needed}");
            }

            mapping = new Mapping(file, description.Offset, description.Size);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        Dispose();
        _mapping = mapping;
        File = file;
        _entries = description.Entries;
    }

    /// <summary>The region of a queue; null: there is none for so many entries.</summary>
    // SAFETY: the mapping has two regions of _entries, and begins at a page or at an offset that the front-end has chosen: x86-64 does
    // not mind.
    public InflightRegion? Find(int queue, uint size) => _mapping is not null && size == _entries
        ? new InflightRegion(_mapping.Start + ((ulong)queue * InflightRegion.BytesFor(size)), size)
        : null;

    public void Dispose()
    {
        _mapping?.Dispose();
        _mapping = null;
        File?.Dispose();
        File = null;
    }

    private static void Check(InflightDescription description)
    {
        if (description.Queues != Queues || description.Entries is 0 or > (ushort)SplitQueue.MaximumSize)
        {
            throw new ProtocolException($"an in-flight region for {description.Queues} queues of {description.Entries} entries; there are {Queues}");
        }
    }
}
