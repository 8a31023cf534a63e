// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// Writes one line of UTF-8 into a buffer of the caller's, without allocating. What does not fit is cut, at the end of a
/// piece's last whole character, and nothing follows a cut: a gap in the middle would read as something else.
/// </summary>
internal ref struct Utf8Line
{
    private readonly Span<byte> _buffer;
    private int _length;
    private bool _isCut;

    /// <summary>An empty line.</summary>
    /// <param name="buffer">Room for the text and a final NUL: at least one byte.</param>
    public Utf8Line(Span<byte> buffer)
    {
        _buffer = buffer;
    }

    /// <summary>Writes a text and a NUL into a buffer of the host's; nothing where there is no room at all.</summary>
    public static void Write(Span<byte> buffer, ReadOnlySpan<char> text)
    {
        if (!buffer.IsEmpty)
        {
            Utf8Line line = new(buffer);
            line.Append(text);
            line.Terminate();
        }
    }

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Text => _buffer[.._length];

    /// <summary>Adds text.</summary>
    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (!_isCut)
        {
            // Replaces lone surrogates and never splits a character.
            _isCut = Utf8.FromUtf16(text, Free, out _, out int written) != OperationStatus.Done;
            _length += written;
        }
    }

    /// <summary>Adds a decimal number.</summary>
    public void Append(ulong number)
    {
        if (!_isCut)
        {
            _isCut = !number.TryFormat(Free, out int written, default, provider: null);
            _length += written;
        }
    }

    /// <summary>Puts a NUL behind the text.</summary>
    public readonly void Terminate() => _buffer[_length] = 0;

    /// <summary>The text as a string.</summary>
    public override readonly string ToString() => Encoding.UTF8.GetString(Text);

    private readonly Span<byte> Free => _buffer[_length..^1];
}
