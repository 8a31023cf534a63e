// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Counting;

namespace Fuzz.Tests.Targets;

/// <summary>
/// Where each frame of the peer must be (virtio 1.2, 5.1.6.3 and 5.1.6.4): in the chains that come next, as many as it needs where buffers may be joined, behind a
/// header that says how many; or it waits for more; or it is dropped, for the queue is stopped, or no buffer of this guest takes it.
/// </summary>
internal sealed class RingReceiver(RingModel model, int headerLength, bool isMergeable, int ringSize)
{
    private const int NumberOffset = 10;

    private readonly Queue<byte[]> _waiting = new();
    private ulong _otherReceived;

    /// <summary>Frames that the peer has sent.</summary>
    public long Frames { get; private set; }

    public long Delivered { get; private set; }

    public long Drops { get; private set; }

    public bool IsWaiting => _waiting.Count != 0;

    /// <summary>The peer has sent a frame.</summary>
    public void Add(byte[] frame)
    {
        Frames++;
        _waiting.Enqueue(frame);
    }

    /// <summary>The device delivers what it can.</summary>
    public void Run(RingImage image)
    {
        while (_waiting.TryPeek(out byte[]? frame) && TryDeliver(image, frame) is bool isDelivered)
        {
            _ = _waiting.Dequeue();
            Delivered += isDelivered ? 1 : 0;
            Drops += isDelivered ? 0 : 1;
        }
    }

    /// <summary>There is no guest any more.</summary>
    public void DropAll()
    {
        Drops += _waiting.Count;
        _waiting.Clear();
    }

    /// <summary>What was before is not counted, and nothing waits.</summary>
    public void Forget(Counters counters)
    {
        DropAll();
        _otherReceived = counters.ReceivedFrames - (ulong)Delivered;
    }

    public void CompareCounters(Counters counters) => Check.Equal((ulong)Delivered, counters.ReceivedFrames - _otherReceived);

    /// <summary>Null: it waits.</summary>
    private bool? TryDeliver(RingImage image, byte[] frame)
    {
        if (!model.IsOpen)
        {
            return false;
        }

        List<RingPiece> pieces = [];
        List<(ushort Head, long Bytes)> chains = [];
        int most = isMergeable ? Math.Min(ringSize, RingModel.MaximumPieces) : 1;
        long needed = headerLength + frame.Length;
        bool isTooMuch = false;
        for (long room = 0; room < needed && chains.Count < most;)
        {
            if (!model.TryTake(image.Bytes, pieces, out ushort head, out isTooMuch))
            {
                break;
            }

            long bytes = pieces.Sum(piece => (long)piece.Length) - room;
            room += bytes;
            chains.Add((head, bytes));
        }

        image.Read(model.TablesRead);
        if (pieces.Sum(piece => (long)piece.Length) >= needed)
        {
            Write(image, frame, pieces, chains);
            return true;
        }

        model.GiveBack(chains.Count);
        return !model.IsOpen || isTooMuch || chains.Count == most ? false : null;
    }

    private void Write(RingImage image, byte[] frame, List<RingPiece> pieces, List<(ushort Head, long Bytes)> chains)
    {
        byte[] header = new byte[headerLength];
        if (headerLength > NumberOffset)
        {
            header[NumberOffset] = (byte)chains.Count;
            header[NumberOffset + 1] = (byte)(chains.Count >> 8);
        }

        image.Write([.. header, .. frame], pieces);
        long left = headerLength + frame.Length;
        foreach ((ushort head, long bytes) in chains)
        {
            long length = Math.Min(left, bytes);
            model.Use(head, (uint)length);
            left -= length;
        }
    }
}
