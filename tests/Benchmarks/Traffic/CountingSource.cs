// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Traffic;

/// <summary>A source that remembers how many frames were accepted.</summary>
internal sealed class CountingSource(IFrameSource source) : IFrameSource
{
    public long Sent { get; private set; }

    public int Send()
    {
        int sent = source.Send();
        Sent += sent;
        return sent;
    }

    public void Dispose()
    {
        source.Dispose();
    }
}
