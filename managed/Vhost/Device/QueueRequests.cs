// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.Vhost.Guest;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Protocol;

namespace L2tpv3.Vhost.Device;

/// <summary>The requests about rings.</summary>
internal sealed class QueueRequests
{
    private readonly NetGuest _guest;

    public QueueRequests(NetGuest guest, InflightFile inflight)
    {
        _guest = guest;
        guest.ReceiveQueue.FindInflight = size => inflight.Find(0, size);
        guest.TransmitQueue.FindInflight = size => inflight.Find(1, size);
    }

    /// <summary>SET_VRING_NUM, _BASE, _ADDR, _ENABLE, _KICK, _CALL, _ERR.</summary>
    public void Do(Message message)
    {
        switch (message.Request)
        {
            case Request.SetVringNumber:
                VringState size = VringState.Read(message);
                Check(Queue(size.Index).TrySetSize(size.Number), $"a ring of {size.Number} entries");
                break;
            case Request.SetVringBase:
                VringState index = VringState.Read(message);
                Check(Queue(index.Index).TrySetBase(index.Number), $"a base of {index.Number}");
                break;
            case Request.SetVringAddresses:
                VringAddresses addresses = VringAddresses.Read(message);
                Queue(addresses.Index).SetAddresses(addresses.Addresses);
                break;
            case Request.SetVringEnable:
                VringState enable = VringState.Read(message);
                Queue(enable.Index).IsEnabled = enable.Number != 0;
                break;
            case Request.SetVringKick:
                VringFile kick = VringFile.Read(message);
                Queue(kick.Index).Start(Take(message, kick));
                break;
            case Request.SetVringCall:
                VringFile call = VringFile.Read(message);
                Queue(call.Index).SetCall(Take(message, call));
                break;
            case Request.SetVringError:
                VringFile error = VringFile.Read(message);
                Queue(error.Index).SetError(Take(message, error));
                break;
            default:
                throw new ProtocolException($"request {(uint)message.Request} is unknown");
        }

        _guest.Wake();
    }

    /// <summary>GET_VRING_BASE.</summary>
    /// <returns>The answer.</returns>
    public ulong Stop(Message message)
    {
        VringState state = VringState.Read(message);
        Virtqueue queue = Queue(state.Index);
        return (state with { Number = queue.Stop() }).ToPayload();
    }

    private Virtqueue Queue(uint index) => index switch
    {
        0 => _guest.ReceiveQueue,
        1 => _guest.TransmitQueue,
        _ => throw new ProtocolException($"there is no queue {index}"),
    };

    /// <summary>The queue is looked up first: a descriptor for none is closed with its message.</summary>
    private FileDescriptor? Take(Message message, VringFile file) => Queue(file.Index) is not null && file.HasDescriptor ? message.TakeDescriptor() : null;

    private static void Check(bool isDone, string what)
    {
        if (!isDone)
        {
            throw new ProtocolException($"{what} is not possible now");
        }
    }
}
