//! Sample types, one a file.

pub mod click;
pub mod documents;
pub mod every_type;
pub mod imported;
pub mod parcel;
pub mod same_in_chrono_and_jiff;
pub mod sensor_reading;
