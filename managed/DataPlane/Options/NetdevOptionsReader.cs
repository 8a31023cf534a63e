// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Text;
using System.Text.Json;
using L2tpv3.DataPlane.Errors;

namespace L2tpv3.DataPlane.Options;

/// <summary>Reads <see cref="NetdevOptions"/> from the JSON text that QEMU's own visitor wrote.</summary>
internal static class NetdevOptionsReader
{
    /// <summary>An id is in every log line, and is kept in several texts.</summary>
    private const int LongestId = 255;

    /// <summary>No option needs more. What is too long for an address, the resolver says in its own words.</summary>
    private const int LongestText = 4096;

    private const int ShownBytes = 32;

    /// <summary>Bytes that JSON takes at most for one: \u0001.</summary>
    private const int EscapedBytes = 6;

    /// <summary>Reads one flat JSON object. Keys that are not ours are passed over: a newer QEMU may add some.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <returns>The options, unchecked.</returns>
    /// <exception cref="OptionException">The text is not such an object.</exception>
    public static NetdevOptions Read(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            return ReadObject(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new OptionException($"QEMU handed over options that cannot be read: {e.Message}", e);
        }
    }

    private static NetdevOptions ReadObject(ref Utf8JsonReader reader)
    {
        NetdevOptions options = new();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("not an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString() ?? string.Empty;
            if (!reader.Read())
            {
                throw new JsonException("a key without a value");
            }

            options = With(options, key, ref reader);
        }

        return options;
    }

    private static NetdevOptions With(NetdevOptions options, string key, ref Utf8JsonReader value)
    {
        switch (key)
        {
            case "id": return options with { Id = Text(ref value, key, LongestId) ?? "?" };
            case "src": return options with { Source = Text(ref value, key, LongestText) };
            case "dst": return options with { Destination = Text(ref value, key, LongestText) };
            case "srcport": return options with { SourcePort = Text(ref value, key, LongestText) };
            case "dstport": return options with { DestinationPort = Text(ref value, key, LongestText) };
            case "ipv6": return options with { Ipv6 = value.GetBoolean() };
            case "udp": return options with { Udp = value.GetBoolean() };
            case "cookie64": return options with { Cookie64 = value.GetBoolean() };
            case "counter": return options with { Counter = value.GetBoolean() };
            case "pincounter": return options with { PinCounter = value.GetBoolean() };
            case "txcookie": return options with { TransmitCookie = value.GetUInt64() };
            case "rxcookie": return options with { ReceiveCookie = value.GetUInt64() };
            case "txsession": return options with { TransmitSessionId = value.GetUInt32() };
            case "rxsession": return options with { ReceiveSessionId = value.GetUInt32() };
            case "offset": return options with { Offset = value.GetUInt32() };
            default:
                value.Skip();
                return options;
        }
    }

    /// <summary>A text, measured before it becomes a string: QMP takes 64 MiB.</summary>
    private static string? Text(ref Utf8JsonReader value, string key, int longest)
    {
        if (value.TokenType != JsonTokenType.String || value.ValueSpan.Length <= longest)
        {
            return value.GetString();
        }

        string? text = value.ValueSpan.Length <= longest * EscapedBytes ? value.GetString() : null;
        return text is not null && Encoding.UTF8.GetByteCount(text) <= longest
            ? text
            : throw new OptionException($"{key}={Encoding.UTF8.GetString(value.ValueSpan[..ShownBytes])}... has {value.ValueSpan.Length} characters; give at most {longest}");
    }
}
