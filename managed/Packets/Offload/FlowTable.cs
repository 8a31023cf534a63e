// SPDX-License-Identifier: GPL-2.0-or-later
//
// The flows of one batch. A batch is 64 datagrams, or a few UDP_GRO buffers, mostly of one or two connections; eight places are
// what Linux and gVisor have per bucket. So the table is scanned, and neither hashed nor aged by a clock.

namespace L2tpv3.Packets.Offload;

/// <summary>A fixed number of places, each with a buffer of the same number.</summary>
internal sealed class FlowTable
{
    /// <summary>How many flows can grow at a time.</summary>
    public const int Capacity = 8;

    /// <summary>No such flow.</summary>
    public const int None = -1;

    private readonly Flow[] _flows = new Flow[Capacity];
    private ulong _startedLast;
    private int _hitLast;

    /// <summary>How many places are taken.</summary>
    public int Count { get; private set; }

    /// <summary>The flow that was started or found last, or <see cref="None"/> when it has gone.</summary>
    public int Latest => _flows[_hitLast].Started == 0 ? None : _hitLast;

    /// <summary>The state of one flow.</summary>
    public ref Flow this[int place] => ref _flows[place];

    /// <summary>The place of a flow, or <see cref="None"/>.</summary>
    public int Find(FlowKey key)
    {
        if (Count == 0)
        {
            return None;
        }

        for (int place = 0; place < Capacity; place++)
        {
            if (_flows[place].Started != 0 && _flows[place].Key.Equals(key))
            {
                _hitLast = place;
                return place;
            }
        }

        return None;
    }

    /// <summary>The flow that was started before all others, or <see cref="None"/>.</summary>
    public int FindOldest()
    {
        int oldest = None;
        for (int place = 0; place < Capacity; place++)
        {
            if (IsOlder(place, oldest))
            {
                oldest = place;
            }
        }

        return oldest;
    }

    /// <summary>The oldest flow between the same hosts, or <see cref="None"/>.</summary>
    public int FindAddresses(FlowKey key)
    {
        int oldest = None;
        for (int place = 0; place < Capacity; place++)
        {
            if (IsOlder(place, oldest) && _flows[place].Key.HasAddressesOf(key))
            {
                oldest = place;
            }
        }

        return oldest;
    }

    /// <summary>A free place, or <see cref="None"/>.</summary>
    public int FindFree()
    {
        for (int place = 0; place < Capacity; place++)
        {
            if (_flows[place].Started == 0)
            {
                return place;
            }
        }

        return None;
    }

    /// <summary>Takes a free place.</summary>
    /// <param name="place">What <see cref="FindFree"/> gave.</param>
    /// <param name="flow">Its state; <see cref="Flow.Started"/> is set here.</param>
    public void Start(int place, Flow flow)
    {
        flow.Started = ++_startedLast;
        _flows[place] = flow;
        _hitLast = place;
        Count++;
    }

    /// <summary>Frees a place.</summary>
    public void Remove(int place)
    {
        _flows[place] = default;
        Count--;
    }

    private bool IsOlder(int place, int than) =>
        _flows[place].Started != 0 && (than == None || _flows[place].Started < _flows[than].Started);
}
