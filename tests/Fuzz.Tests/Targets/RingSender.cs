// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Counting;

namespace Fuzz.Tests.Targets;

/// <summary>What must be on the wire of the guest's chains: each is a frame with its header, in its order. While the queue is not enabled, none is.</summary>
internal sealed class RingSender(RingModel model, RingOracle oracle)
{
    /// <summary>No session takes so much; the oracle need not see it.</summary>
    private const long TooMuch = 1 << 20;

    private ulong _dropped;
    private ulong _otherTransmitted;

    /// <summary>Frames that the guest has sent.</summary>
    public long Frames { get; private set; }

    /// <summary>Those that are no frames that can be sent.</summary>
    public ulong Drops => _dropped + oracle.Counters.TotalDrops(out _);

    /// <summary>Drops that nobody accounts for.</summary>
    public ulong OtherDrops { get; private set; }

    /// <summary>The device sends what there is.</summary>
    public void Run(RingImage image)
    {
        while (model.IsTaken)
        {
            List<RingPiece> pieces = [];
            if (!model.TryTake(image.Bytes, pieces, out ushort head, out _))
            {
                break;
            }

            image.Read(pieces);
            if (model.IsEnabled)
            {
                Send(image.Bytes, pieces);
            }

            model.Use(head, 0);
        }

        image.Read(model.TablesRead);
    }

    /// <summary>What has come is what must have come.</summary>
    public void Compare(List<byte[]> arrived)
    {
        for (int i = 0; i < Math.Min(arrived.Count, oracle.Datagrams.Count); i++)
        {
            Check.Equal(oracle.Datagrams[i], arrived[i], "a datagram");
        }

        Check.Equal((ulong)oracle.Datagrams.Count, (ulong)arrived.Count);
    }

    /// <summary>That is judged.</summary>
    public void End(List<byte[]> arrived)
    {
        oracle.Datagrams.Clear();
        arrived.Clear();
    }

    /// <summary>What was before is not counted.</summary>
    /// <param name="counters">The session's.</param>
    /// <param name="otherDrops">Drops on the other way that are counted.</param>
    public void Forget(Counters counters, long otherDrops)
    {
        _otherTransmitted = counters.TransmittedFrames - oracle.Counters.TransmittedFrames;
        OtherDrops = counters.TotalDrops(out _) - Drops - (ulong)otherDrops;
    }

    public void CompareCounters(Counters counters) => Check.Equal(oracle.Counters.TransmittedFrames, counters.TransmittedFrames - _otherTransmitted);

    private void Send(byte[] memory, List<RingPiece> pieces)
    {
        Frames++;
        long bytes = pieces.Sum(piece => (long)piece.Length);
        if (bytes > TooMuch)
        {
            _dropped++;
            return;
        }

        byte[] frame = new byte[bytes];
        int at = 0;
        foreach (RingPiece piece in pieces)
        {
            memory.AsSpan(piece.Offset, piece.Length).CopyTo(frame.AsSpan(at));
            at += piece.Length;
        }

        oracle.Send(frame);
    }
}
