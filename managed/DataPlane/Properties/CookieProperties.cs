// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Properties;

/// <summary>
/// txcookie, rxcookie and rxcookie2. Rolling cookies over without loss takes a second one that is accepted meanwhile (RFC 8159, 5), on both ends:
/// <code>
///     rxcookie2 = NEW     both accept old and new, and send old
///     txcookie  = NEW     both send new; what is under way with the old one is still accepted
///     rxcookie  = NEW     when nothing is under way any more
///     rxcookie2 = none
/// </code>
/// </summary>
/// <param name="encapsulation">The header.</param>
/// <param name="parameters">What it was opened with.</param>
internal sealed class CookieProperties(Encapsulation encapsulation, SessionParameters parameters)
{
    private ulong _receive = parameters.ReceiveCookie;
    private ulong? _second = parameters.SecondReceiveCookie;

    public bool HasSecond => _second is not null;

    public void SetTransmit(string value)
    {
        Cookie cookie = Read("txcookie", value, parameters.TransmitCookieLength);
        // The header of what waits is written already.
        encapsulation.SetTransmitCookie(cookie.Value);
    }

    public void SetReceive(string value) => SetReceive(Read("rxcookie", value, parameters.ReceiveCookieLength).Value, _second);

    public void SetSecond(string value) =>
        SetReceive(_receive, value is "none" ? null : Read("rxcookie2", value, parameters.ReceiveCookieLength).Value);

    private static Cookie Read(string name, string value, int length)
    {
        if (length == 0)
        {
            throw new OptionException($"{name}= cannot be given: this netdev has no such cookie, and one would change the length of its header");
        }

        // An error shows nothing of what was given, which may be all but a cookie.
        Cookie cookie = ValueReader.Cookie(value) ?? default;
        return cookie.Length == length
            ? cookie
            : throw new OptionException($"{name}= must have {length * 2} hexadecimal digits, as the present cookie has");
    }

    private void SetReceive(ulong cookie, ulong? second)
    {
        if (parameters.ReceiveCookieLength == 0 && second is null)
        {
            return;
        }

        _receive = cookie;
        _second = second;
        encapsulation.SetReceiveCookies(cookie, second);
    }
}
