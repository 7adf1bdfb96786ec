//! What makes policies and users, for every program that wants some which nobody wrote.
#![allow(dead_code)] // each program uses a part

pub mod mappings;
pub mod policy;
pub mod random;
pub mod rows;
pub mod templates;
pub mod users;
pub mod yaml;
