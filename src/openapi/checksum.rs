//! Numbers with a check digit: ISBN and credit cards.

/// Ten digits, the last of which may be an X, weighted by their places and divisible by eleven.
pub(super) fn is_isbn10(text: &str) -> bool {
    let digits = without_gaps(text);
    let value = |(at, &byte): (usize, &u8)| match byte {
        b'0'..=b'9' => Some((at as u32 + 1) * u32::from(byte - b'0')),
        b'X' if at == 9 => Some(100),
        _ => None,
    };
    let weighted: Option<Vec<u32>> = digits.iter().enumerate().map(value).collect();
    weighted.is_some_and(|weighted| weighted.len() == 10 && weighted.iter().sum::<u32>() % 11 == 0)
}

/// Thirteen digits, weighted 1 and 3 in turn and divisible by ten.
pub(super) fn is_isbn13(text: &str) -> bool {
    let digits = without_gaps(text);
    if digits.len() != 13 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weigh = |(at, byte): (usize, &u8)| u32::from(byte - b'0') * if at % 2 == 0 { 1 } else { 3 };
    digits.iter().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

/// The digits of a card of a known issuer, with a right Luhn sum; anything between the digits is skipped.
pub(super) fn is_credit_card(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
    let number = |count: usize| digits.iter().take(count).fold(0_u32, |n, digit| n * 10 + u32::from(*digit));
    let issued = match digits.len() {
        13 => number(1) == 4,
        14 => matches!(number(3), 300..=305) || matches!(number(2), 36 | 38),
        15 => matches!(number(2), 34 | 37) || matches!(number(4), 2131 | 1800),
        16 => number(1) == 4 || matches!(number(2), 51..=55) || number(4) == 6011 || number(2) == 65 || number(2) == 35,
        _ => false,
    };
    let double = |digit: u32| if digit >= 5 { digit * 2 - 9 } else { digit * 2 };
    let luhn = digits.iter().rev().enumerate().map(|(at, digit)| {
        let digit = u32::from(*digit);
        if at % 2 == 1 { double(digit) } else { digit }
    });
    issued && luhn.sum::<u32>() % 10 == 0
}

fn without_gaps(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'-')).collect()
}
