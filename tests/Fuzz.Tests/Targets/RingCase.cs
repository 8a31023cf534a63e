// SPDX-License-Identifier: GPL-2.0-or-later
//
// One guest with its rings, step by step. After each step the loop rests, and all is where the model has it: frames on the wire, bytes in the guest's memory,
// entries of the used rings, the reason why a queue has stopped.
//
//     driver writes rings --> copy of the memory --kicks, loop rests--> memory
//                                   '--> model --> what it must be         '--> equal?
//
// What a device reads while it writes there itself has no order that anybody promises. A guest that asks for that gets the invariants only (IsVague).

using L2tpv3.Vhost.Rings;
using Vhost.Tests.Kit;

namespace Fuzz.Tests.Targets;

/// <summary>One case of the target vhost-rings.</summary>
internal sealed class RingCase : IDisposable
{
    private const uint GetVringBase = 11;
    private const uint SetVringKick = 12;
    private const uint SetVringEnable = 18;
    private const int LargestFrame = 60_000;

    private readonly Choices _choices;
    private readonly RingMemory _memory;
    private readonly RingBackend _backend = new();
    private readonly RingOracle _oracle;
    private readonly RingView[] _rings;
    private readonly RingModel[] _models;
    private readonly RingReceiver _receiver;
    private readonly RingSender _sender;
    private readonly RingChoices _chains;
    private readonly FrameChoices _frames;
    private readonly ushort[] _bases = new ushort[2];
    private readonly bool _eventIndex;
    private readonly bool _knowsEnable;
    private readonly int _headerLength;

    public RingCase(Choices choices)
    {
        _choices = choices;
        _memory = new RingMemory(choices);
        _rings = [new RingView(_memory, choices, 0), new RingView(_memory, choices, 1)];
        _models = [new RingModel(_memory, _rings[0], isWritten: true), new RingModel(_memory, _rings[1], isWritten: false)];
        _chains = new RingChoices(choices, _memory, _rings);
        _frames = new FrameChoices(choices);
        bool mergeable = !choices.OneIn(3);
        bool modern = !choices.OneIn(4);
        bool indirect = !choices.OneIn(4);
        _eventIndex = choices.OneIn(2);
        _knowsEnable = !choices.OneIn(6);
        _headerLength = mergeable || modern ? 12 : 10;
        _oracle = new RingOracle(_headerLength);
        _receiver = new RingReceiver(_models[0], _headerLength, mergeable, _rings[0].Size);
        _sender = new RingSender(_models[1], _oracle);
        IsVague = _rings[0].Overlaps(_rings[1].Used, _rings[1].UsedBytes) || _rings[1].Overlaps(_rings[0].Used, _rings[0].UsedBytes)
            || Array.Exists(_rings, ring => RingView.Meet(ring.Used, ring.UsedBytes, ring.Available, ring.AvailableBytes) || RingView.Meet(ring.Used, ring.UsedBytes, ring.Descriptors, ring.DescriptorBytes));
        foreach (RingModel model in _models)
        {
            model.TakesIndirect = indirect;
            model.IsEnabled = !_knowsEnable;
        }

        Start(If(mergeable, TestFrontEnd.Mergeable) | If(modern, TestFrontEnd.Version1) | If(indirect, TestFrontEnd.Indirect) | If(_eventIndex, TestFrontEnd.EventIndex) | If(_knowsEnable, TestFrontEnd.Protocol));
    }

    /// <summary>Only invariants hold from here on.</summary>
    public bool IsVague { get; private set; }

    /// <summary>The driver and the peer do something.</summary>
    public void Step()
    {
        int index = _choices.Below(2);
        if (_models[index].Fault != RingFault.None && _choices.OneIn(2))
        {
            Restart(index);
            return;
        }

        switch (_choices.Below(16))
        {
            case 0:
                bool enabled = _choices.OneIn(2);
                _models[index].IsEnabled = enabled;
                Settle(() => FrontEnd.Send(SetVringEnable, State(index, enabled ? 1u : 0)));
                return;
            case 1:
                Restart(index);
                return;
            case 2:
                Scribble();
                return;
        }

        if (_choices.OneIn(2))
        {
            _chains.Add(_rings[0], _headerLength);
        }

        if (_choices.OneIn(2))
        {
            _chains.Add(_rings[1], _headerLength);
        }

        for (int i = _choices.Below(4); i > 0; i--)
        {
            byte[] frame = _frames.Any();
            frame = frame.Length < 14 ? new byte[14] : frame[..Math.Min(frame.Length, LargestFrame)];
            _backend.SendFromPeer(frame);
            _receiver.Add(frame);
        }

        Settle(Kick);
    }

    /// <summary>Everything must be somewhere now.</summary>
    public void End(Tally tally)
    {
        if (!IsVague)
        {
            FrontEnd.Dispose();
            _backend.Settle();
            _receiver.DropAll();
            CompareCounters();
            tally.Frames += _sender.Frames + _receiver.Frames;
            tally.Dropped += (long)_sender.Drops + _receiver.Drops;
            tally.Delivered += _sender.Frames - (long)_sender.Drops + _receiver.Delivered;
        }
    }

    public void Dispose()
    {
        _backend.Dispose();
        _oracle.Dispose();
        _memory.Dispose();
    }

    private TestFrontEnd FrontEnd => _backend.FrontEnd;

    private static ulong If(bool condition, ulong bit) => condition ? bit : 0;

    /// <summary>struct vhost_vring_state: a ring and a number.</summary>
    private static ulong State(int index, uint number) => (uint)index | ((ulong)number << 32);

    private void Start(ulong features)
    {
        FrontEnd.Send(2, features);
        if (_knowsEnable)
        {
            FrontEnd.Send(16, 0UL);
        }

        ulong[] table = [(ulong)_memory.Regions.Count, .. _memory.Regions.SelectMany(region => new[] { region.Guest, (ulong)region.Size, region.User, (ulong)region.Offset })];
        int[] files = [.. _memory.Regions.Select(_ => _memory.Descriptor)];
        FrontEnd.Send(5, System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(table), 0, files);
        for (int index = 0; index < 2; index++)
        {
            RingView ring = _rings[index];
            ring.UsedIndex = ring.AvailableIndex = _choices.OneIn(2) ? (ushort)0 : _choices.Of<ushort>(0xFFFF, 0xFFF0, 1, 0x8000);
            FrontEnd.Send(8, State(index, (uint)ring.Size));
            FrontEnd.Send(9, (ulong)index, _memory.UserAddress(ring.Descriptors), _memory.UserAddress(ring.Used), _memory.UserAddress(ring.Available), 0UL);
            FrontEnd.SendFile(13, (ulong)index, (index == 0 ? FrontEnd.ReceiveCall : FrontEnd.TransmitCall).Number);
            StartRing(index);
            if (_knowsEnable)
            {
                _models[index].IsEnabled = true;
                Settle(() => FrontEnd.Send(SetVringEnable, State(index, 1)));
            }
        }
    }

    /// <summary>SET_VRING_BASE may say what it likes: the used ring knows better (V-2).</summary>
    private void StartRing(int index)
    {
        _bases[index] = _choices.OneIn(4) ? _choices.UInt16() : _rings[index].UsedIndex;
        FrontEnd.Send(10, State(index, _bases[index]));
        _models[index].Start();
        Settle(() => FrontEnd.SendFile(SetVringKick, (ulong)index, (index == 0 ? FrontEnd.ReceiveKick : FrontEnd.TransmitKick).Number));
    }

    /// <summary>The ring stops, and says where; it starts again, with or without what was there.</summary>
    private void Restart(int index)
    {
        ushort expected = _models[index].Stop(_bases[index]);
        Settle(() =>
        {
            FrontEnd.Send(GetVringBase, (ulong)index);
            ulong answer = FrontEnd.Read().Number;
            Check.That(IsVague || answer == State(index, expected), $"GET_VRING_BASE says 0x{answer:x}, not {expected}");
        });
        if (_choices.OneIn(2))
        {
            _rings[index].AvailableIndex = _rings[index].UsedIndex;
        }

        StartRing(index);
    }

    /// <summary>Another thread writes to rings, tables and buffers while they are read. Then both begin anew, and all must be exact again.</summary>
    private void Scribble()
    {
        byte[] before = _memory.Copy();
        using (RingScribbler scribbler = new(_memory, _rings, _choices.UInt32()))
        {
            for (int i = _choices.Between(4, 20); i > 0; i--)
            {
                _backend.SendFromPeer(TestFrames.Create(_choices.Between(14, 3000), i));
                Kick();
                _backend.Rounds(2);
            }

            scribbler.CheckUntouched(before);
        }

        for (int index = 0; index < 2; index++)
        {
            FrontEnd.Send(GetVringBase, (ulong)index);
            _ = FrontEnd.Read();
            _ = _models[index].Stop(0);
        }

        _backend.Settle();
        _receiver.Forget(_backend.Session.Counters);
        _sender.Forget(_backend.Session.Counters, _receiver.Drops);
        _sender.End(_backend.Arrived);
        for (int index = 0; index < 2; index++)
        {
            _rings[index].AvailableIndex = _rings[index].UsedIndex;
            StartRing(index);
        }
    }

    private void Kick()
    {
        FrontEnd.ReceiveKick.Signal();
        FrontEnd.TransmitKick.Signal();
    }

    /// <summary>Something happens, the loop rests, and all is where it must be.</summary>
    private void Settle(Action trigger)
    {
        byte[] image = _memory.Copy();
        _ = TestFrontEnd.Interrupts(FrontEnd.ReceiveCall) + TestFrontEnd.Interrupts(FrontEnd.TransmitCall);
        trigger();
        _backend.Settle();
        if (!IsVague)
        {
            RingImage expected = new(image, _rings);
            _models[0].Begin();
            _models[1].Begin();
            _receiver.Run(expected);
            _sender.Run(expected);
            IsVague = expected.IsVague;
            if (!IsVague)
            {
                Compare(expected);
            }
        }

        CheckNobodys(image);
        _sender.End(_backend.Arrived);
    }

    private void Compare(RingImage expected)
    {
        bool[] interrupts = [TestFrontEnd.Interrupts(FrontEnd.ReceiveCall) != 0, TestFrontEnd.Interrupts(FrontEnd.TransmitCall) != 0];
        RingFault[] faults = [_backend.Guest.ReceiveQueue.Ring.Fault, _backend.Guest.TransmitQueue.Ring.Fault];
        for (int i = 0; i < 2; i++)
        {
            Check.That(!_models[i].IsStarted || _models[i].Fault == faults[i], $"queue {i} is stopped because of {faults[i]}, not {_models[i].Fault}");
            _models[i].Compare(_eventIndex, interrupts[i]);
            if (i == 1 ? _models[i].IsTaken : _models[i].IsRunning && _receiver.IsWaiting)
            {
                _models[i].CompareKick(_eventIndex);
            }
        }

        expected.Compare(_memory);
        _sender.Compare(_backend.Arrived);
        CompareCounters();
    }

    private void CompareCounters()
    {
        _receiver.CompareCounters(_backend.Session.Counters);
        _sender.CompareCounters(_backend.Session.Counters);
        Check.Equal(_sender.Drops + (ulong)_receiver.Drops, _backend.Session.Counters.TotalDrops(out _) - _sender.OtherDrops);
    }

    private void CheckNobodys(byte[] before)
    {
        for (int i = 0; i < RingMemory.Size; i++)
        {
            if (_memory.IsGuests(i))
            {
                i = _memory.Regions.First(region => i >= region.Offset && i < region.End).End - 1;
            }
            else
            {
                Check.That(_memory.At(i, 1)[0] == before[i], $"a byte that is nobody's was written, at 0x{i:x}");
            }
        }
    }
}
