// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace FrontEnd.Tests;

/// <summary>The messages byte by byte, as QEMU's docs/interop/vhost-user.rst has them, and their order, as QEMU has it.</summary>
public sealed class MessageTests : IDisposable
{
    private const uint Plain = 1;
    private const uint NeedReply = 1 | 8;
    private const int InflightSize = 0x3000;

    private readonly TemporaryDirectory _directory = new();

    private string Socket => _directory.File("vhost");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_start_has_the_messages_of_QEMU_in_its_order()
    {
        using FakeBackend backend = new(Socket, Answers(VhostProtocolFeatures.Mq | VhostProtocolFeatures.ReplyAck | VhostProtocolFeatures.Status));
        using (VhostDriver driver = VhostDriver.Start(VhostOptions.Default, Socket))
        {
            driver.Disconnect();
        }

        // The payloads of memory and addresses are those of a process: the next test's.
        string all = string.Join('\n', backend.Messages().Select(message => message.Request is VhostUserRequest.SetMemTable or VhostUserRequest.SetVringAddr
            ? $"{message.Request} {message.Flags:x}"
            : message.ToString().TrimEnd()));
        Assert.Equal(
            """
            GetFeatures 1
            GetProtocolFeatures 1
            SetProtocolFeatures 1 0900010000000000
            GetQueueNum 1
            SetOwner 9
            SetFeatures 9 0000006001000000
            SetMemTable 9
            SetVringNum 9 0000000000010000
            SetVringBase 9 0000000000000000
            SetVringAddr 9
            SetVringKick 9 0000000000000000
            SetVringCall 9 0000000000000000
            SetVringNum 9 0100000000010000
            SetVringBase 9 0100000000000000
            SetVringAddr 9
            SetVringKick 9 0100000000000000
            SetVringCall 9 0100000000000000
            SetVringEnable 9 0000000001000000
            SetVringEnable 9 0100000001000000
            SetStatus 9 0f00000000000000
            """,
            all);
    }

    [Fact]
    public void Memory_is_a_table_and_rings_have_addresses_of_the_front_end()
    {
        ulong[] addresses;
        using FakeBackend backend = new(Socket, Answers(VhostProtocolFeatures.None));
        using (VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { Regions = 2, Behaviour = VhostBehaviour.OneFile }, Socket))
        {
            addresses =
            [
                driver.GuestAddress(ref driver.Descriptors(VhostDirection.Transmit)[0]),
                driver.GuestAddress(ref driver.Used(VhostDirection.Transmit)[0]),
                driver.GuestAddress(ref driver.Available(VhostDirection.Transmit)[0]),
            ];
            driver.Disconnect();
        }

        byte[] table = backend.Messages().Single(message => message.Request == VhostUserRequest.SetMemTable).Payload;
        Assert.Equal(8 + (2 * 32), table.Length);
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32LittleEndian(table));
        ulong[] words = [.. Enumerable.Range(1, 8).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan(8 * i)))];
        // Guest address, size, the front end's address, offset in the file; for each region.
        Assert.Equal(0x0000_0010_0000ul, words[0]);
        Assert.Equal(0x0001_0010_0000ul, words[4]);
        Assert.Equal(words[1], words[5]);
        Assert.Equal(0ul, words[3]);
        Assert.Equal(words[1], words[7]);

        byte[] ring = backend.Messages().Last(message => message.Request == VhostUserRequest.SetVringAddr).Payload;
        Assert.Equal(40, ring.Length);
        Assert.Equal("0100000000000000", Convert.ToHexStringLower(ring[..8]));
        // Descriptors, used ring, available ring: what the guest has at another address is at the same distance here.
        Assert.Equal(addresses, Enumerable.Range(1, 3).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(ring.AsSpan(8 * i)) - words[2] + words[0]));
    }

    [Theory]
    [InlineData(VhostProtocolFeatures.None, VhostBehaviour.None, Plain)]
    [InlineData(VhostProtocolFeatures.ReplyAck, VhostBehaviour.None, NeedReply)]
    [InlineData(VhostProtocolFeatures.ReplyAck, VhostBehaviour.NoAck, Plain)]
    public void An_acknowledgement_is_asked_for_where_both_sides_know_it(VhostProtocolFeatures features, VhostBehaviour behaviour, uint flags)
    {
        using FakeBackend backend = new(Socket, Answers(features));
        using (VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { Behaviour = behaviour }, Socket))
        {
            driver.Set(VhostUserRequest.NetSetMtu, 1400);
            driver.Disconnect();
        }

        Message last = backend.Messages()[^1];
        Assert.Equal(new { Request = VhostUserRequest.NetSetMtu, Flags = flags, Payload = "7805000000000000" }, new { last.Request, last.Flags, Payload = Convert.ToHexStringLower(last.Payload) });
    }

    [Fact]
    public void What_is_in_flight_stays_in_the_memory_of_the_back_end_across_connections()
    {
        Dictionary<VhostUserRequest, byte[]> answers = Answers(VhostProtocolFeatures.InflightShmfd);
        // Size, offset, two queues of 256, padding.
        byte[] place = [.. BitConverter.GetBytes((ulong)InflightSize), .. new byte[8], 2, 0, 0, 1, 0, 0, 0, 0];
        answers[VhostUserRequest.GetInflightFd] = place;
        using VhostDriver driver = new(VhostOptions.Default);
        using (FakeBackend backend = new(Socket, answers))
        {
            Begin(driver);
            Assert.Equal(InflightSize, driver.Inflight.Length);
            backend.InflightFile[InflightSize - 1] = 77;
            Assert.Equal(77, driver.Inflight[InflightSize - 1]);
            driver.Disconnect();
            Message[] inflight = [.. backend.Messages().Where(message => message.Request is VhostUserRequest.GetInflightFd or VhostUserRequest.SetInflightFd)];
            Assert.Equal("GetInflightFd 1 000000000000000000000000000000000200000100000000", inflight[0].ToString());
            Assert.Equal($"SetInflightFd 1 {Convert.ToHexStringLower(place)}", inflight[1].ToString());
            Assert.Equal(2, inflight.Length);
        }

        File.Delete(Socket);
        using (FakeBackend backend = new(Socket, answers))
        {
            Begin(driver);
            driver.Disconnect();
            // It has the region already, and gives it back.
            Assert.DoesNotContain(backend.Messages(), message => message.Request == VhostUserRequest.GetInflightFd);
            Assert.Contains(backend.Messages(), message => message.Request == VhostUserRequest.SetInflightFd);
            Assert.Equal(77, driver.Inflight[InflightSize - 1]);
        }
    }

    [Fact]
    public void An_answer_that_is_too_short_breaks_the_protocol()
    {
        Dictionary<VhostUserRequest, byte[]> answers = Answers(VhostProtocolFeatures.ReplyAck);
        answers[VhostUserRequest.GetProtocolFeatures] = [1, 2, 3];
        using FakeBackend backend = new(Socket, answers);
        using VhostDriver driver = new(VhostOptions.Default);
        driver.Connect(Socket);
        Assert.Equal(VhostError.Protocol, Assert.Throws<VhostDriverException>(driver.Negotiate).Error);
        driver.Disconnect();
    }

    private static Dictionary<VhostUserRequest, byte[]> Answers(VhostProtocolFeatures features) => new()
    {
        [VhostUserRequest.GetFeatures] = BitConverter.GetBytes((ulong)(VirtioFeatures.Version1 | VirtioFeatures.EventIdx | VirtioFeatures.ProtocolFeatures)),
        [VhostUserRequest.GetProtocolFeatures] = BitConverter.GetBytes((ulong)features),
        [VhostUserRequest.GetQueueNum] = BitConverter.GetBytes(1ul),
    };

    private void Begin(VhostDriver driver)
    {
        driver.Connect(Socket);
        driver.Negotiate();
        driver.Start();
    }
}
