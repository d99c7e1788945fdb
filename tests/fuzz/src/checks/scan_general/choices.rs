//! Decisions from the bytes of a fuzzer, and behind their end from a seed.

/// Where decisions come from. The first eight bytes are the seed, so that they alone are a whole case.
#[derive(Clone, Debug)]
pub struct Choices<'a> {
    bytes: &'a [u8],
    state: u64,
}

impl<'a> Choices<'a> {
    /// Decisions from these bytes.
    pub fn new(data: &'a [u8]) -> Self {
        let (seed, bytes) = data.split_at(data.len().min(8));
        let mut state = [0; 8];
        state[..seed.len()].copy_from_slice(seed);
        Self { bytes, state: u64::from_le_bytes(state) }
    }

    /// Decisions of their own, always the same: for what is to be done alike many times.
    pub fn fork(&mut self) -> Choices<'static> {
        Choices { bytes: &[], state: self.wide() }
    }

    /// A number below `bound`, and 0 where there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        let wide = match bound {
            0 | 1 => return 0,
            2..=256 => u64::from(self.byte()) << 56,
            _ => u64::from(self.byte()) << 56 | u64::from(self.byte()) << 48 | self.random() >> 16,
        };
        ((u128::from(wide) * bound as u128) >> 64) as usize
    }

    /// True in so many of 256 cases.
    pub fn happens(&mut self, of_256: u8) -> bool {
        self.byte() < of_256
    }

    /// One of these.
    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// Any number.
    pub fn wide(&mut self) -> u64 {
        u64::from(self.byte()) << 56 ^ self.random()
    }

    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((&byte, rest)) => {
                self.bytes = rest;
                byte
            }
            None => (self.random() >> 56) as u8,
        }
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
