// SPDX-License-Identifier: GPL-2.0-or-later
//
// How much may wait in the socket.
//
// A large buffer (10 ms at 10 Gbit/s) holds what arrives while QEMU's main loop does something else. But when frames keep
// coming faster than the guest takes them, the buffer is always full, and then its size only does harm: every frame has
// left the second-level cache before it is read. In the hub bench 12.5 MB cost 16 % of the receive rate against 256 KiB.
//
// So the buffer is small while the session is overrun, and large otherwise. Overrun is: many batches in a row with as many
// single datagrams as they hold. One that is not full shows that the queue has been emptied. Runs (UDP_GRO) do not count:
// they come from TCP, which slows down by itself, and a small buffer would only hold a few of them.


namespace L2tpv3.DataPlane.Sockets;

/// <summary>Fits the socket's receive buffer to the load, unless the user has set its size.</summary>
internal sealed class ReceiveBuffer
{
    /// <summary>Its frames stay in a cache of 1 MiB, with the kernel's bookkeeping.</summary>
    private const int OverrunBytes = 256 * 1024;

    /// <summary>2048 datagrams without a pause.</summary>
    private const int OverrunBatches = 32;

    private readonly int _descriptor;
    private readonly int _bytes;
    private int _fullBatches;

    /// <summary>Leaves the buffer as it is until there is an overrun.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="plan">Its size, and whether the user chose it.</param>
    public ReceiveBuffer(int descriptor, SocketPlan plan)
    {
        _descriptor = descriptor;
        _bytes = plan.ReceiveBuffer;
        IsFixed = plan.IsReceiveBufferFixed;
    }

    /// <summary>The size is the user's, or this process may not change it.</summary>
    public bool IsFixed { get; private set; }

    /// <summary>The buffer is small.</summary>
    public bool IsOverrun { get; private set; }

    /// <summary>A batch was read.</summary>
    /// <param name="isFull">It holds as many datagrams as it can, so there may be more in the socket.</param>
    public void BatchRead(bool isFull)
    {
        if (IsFixed)
        {
            return;
        }

        _fullBatches = isFull ? _fullBatches + 1 : 0;
        bool isOverrun = _fullBatches >= OverrunBatches;
        if (isOverrun != IsOverrun)
        {
            IsOverrun = isOverrun;
            // Without CAP_NET_ADMIN the large size could not be had back: then it is never given up.
            IsFixed = !SocketBuffers.TryForceReceive(_descriptor, isOverrun ? OverrunBytes : _bytes);
        }
    }
}
