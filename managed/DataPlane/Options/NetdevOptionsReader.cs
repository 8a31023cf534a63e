// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Text.Json;

namespace L2tpv3.DataPlane.Options;

/// <summary>Reads <see cref="NetdevOptions"/> from the JSON text that QEMU's own visitor wrote.</summary>
internal static class NetdevOptionsReader
{
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
            case "id": return options with { Id = value.GetString() ?? "?" };
            case "src": return options with { Source = value.GetString() };
            case "dst": return options with { Destination = value.GetString() };
            case "srcport": return options with { SourcePort = value.GetString() };
            case "dstport": return options with { DestinationPort = value.GetString() };
            case "ipv6": return options with { Ipv6 = value.GetBoolean() };
            case "udp": return options with { Udp = value.GetBoolean() };
            case "cookie64": return options with { Cookie64 = value.GetBoolean() };
            case "counter": return options with { Counter = value.GetBoolean() };
            case "pincounter": return options with { PinCounter = value.GetBoolean() };
            case "txcookie": return options with { TransmitCookie = value.GetUInt64() };
            case "rxcookie": return options with { ReceiveCookie = value.GetUInt64() };
            case "txsession": return options with { TransmitSession = value.GetUInt32() };
            case "rxsession": return options with { ReceiveSession = value.GetUInt32() };
            case "offset": return options with { Offset = value.GetUInt32() };
            default:
                value.Skip();
                return options;
        }
    }
}
