// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Errors;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of the L2TPv3 header, spelled as `ip l2tp` spells them where it has them (ip-l2tp(8)).</summary>
internal sealed record HeaderSettings
{
    /// <summary>l2spec: default (true) or none; null: nothing said.</summary>
    public bool? HasSublayer { get; init; }

    /// <summary>seq=send or both.</summary>
    public bool SendsSequence { get; init; }

    /// <summary>seq=recv or both.</summary>
    public bool ReceivesSequence { get; init; }

    /// <summary>reorder: how many frames may wait for a missing one.</summary>
    public int Reorder { get; init; }

    /// <summary>Cookies whose size is their own; null: the netdev's.</summary>
    public Cookie? TransmitCookie { get; init; }

    public Cookie? ReceiveCookie { get; init; }

    public Cookie? SecondReceiveCookie { get; init; }

    /// <summary>Puts the settings on what the netdev's options say.</summary>
    /// <exception cref="OptionException">They contradict each other or the options.</exception>
    public SessionParameters ApplyTo(SessionParameters options)
    {
        CheckSequence(options);
        if (options.TransmitCookieLength != 0 && (TransmitCookie ?? ReceiveCookie) is not null)
        {
            string name = TransmitCookie is null ? "rxcookie" : "txcookie";
            throw new OptionException($"the setting {name}= and the netdev's own {name}= are both there; give the cookies in one place");
        }

        SessionParameters parameters = options with
        {
            Sublayer = SendsSequence ? Sublayer.Numbered : HasSublayer ?? ReceivesSequence ? Sublayer.Plain : Sublayer.None,
            ReceiveSequence = ReceivesSequence,
            ReorderWindow = Reorder,
            TransmitCookieLength = TransmitCookie?.Length ?? options.TransmitCookieLength,
            TransmitCookie = TransmitCookie?.Value ?? options.TransmitCookie,
            ReceiveCookieLength = ReceiveCookie?.Length ?? options.ReceiveCookieLength,
            ReceiveCookie = ReceiveCookie?.Value ?? options.ReceiveCookie,
            SecondReceiveCookie = SecondReceiveCookie is { Length: not 0 } second ? second.Value : null,
        };
        int secondLength = SecondReceiveCookie?.Length ?? 0;
        return secondLength == 0 || secondLength == parameters.ReceiveCookieLength
            ? parameters
            : throw new OptionException(
                $"rxcookie2= has {secondLength} bytes and rxcookie= has {parameters.ReceiveCookieLength}; give both the same number of digits");
    }

    private void CheckSequence(SessionParameters options)
    {
        bool isSequenced = SendsSequence || ReceivesSequence;
        if (isSequenced && HasSublayer is false)
        {
            throw new OptionException("seq= needs the sublayer that l2spec=none leaves out; say l2spec=default or seq=none");
        }

        if ((isSequenced || HasSublayer is true) && options.Counter != CounterMode.None)
        {
            string setting = isSequenced ? "seq=" : "l2spec=default";
            throw new OptionException(
                $"{setting} and the netdev's counter= or pincounter= take the same place in the header; leave one of them out");
        }

        if (Reorder != 0 && !ReceivesSequence)
        {
            throw new OptionException("reorder= needs the numbers of received frames; say seq=recv or seq=both");
        }
    }
}
